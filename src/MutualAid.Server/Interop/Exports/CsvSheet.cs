using System.Globalization;
using CsvHelper;

namespace MutualAid.Server.Interop.Exports;

/// <summary>RFC 4180 in UTF-8, with the mark by which Excel knows that it is UTF-8. Times are ISO 8601 in UTC.</summary>
public sealed class CsvSheet : Sheet
{
    public const string Type = "text/csv; charset=utf-8";

    private readonly CsvWriter csv;

    public CsvSheet() =>
        csv = CsvWriter.Create(
            Unsent,
            CsvWriterOptions.Default with
            {
                WriteByteOrderMark = true,
                Quoting = CsvQuoting.WhenNeededOrWhitespace,
            },
            leaveOpen: true
        );

    public override void Row(IEnumerable<object?> cells)
    {
        foreach (object? cell in cells)
            csv.WriteField(
                cell switch
                {
                    null => "",
                    string said => SafeText.Cell(said),
                    bool yes => yes ? "true" : "false",
                    DateTimeOffset at => at.UtcDateTime.ToString(
                        "yyyy-MM-dd'T'HH:mm:ss'Z'",
                        CultureInfo.InvariantCulture
                    ),
                    IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
                    _ => throw new ArgumentException($"no cell: {cell.GetType()}", nameof(cells)),
                }
            );
        csv.EndRecord();
    }

    protected override void Flush() => csv.Flush();

    protected override void Close() => csv.Dispose();
}
