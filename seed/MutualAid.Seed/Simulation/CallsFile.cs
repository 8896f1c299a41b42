using System.Globalization;
using System.Text;
using CsvHelper;

namespace MutualAid.Seed.Simulation;

/// <summary>A call for help as a file has it.</summary>
/// <param name="At">Local time.</param>
/// <param name="Longitude">Degrees.</param>
/// <param name="Latitude">Degrees.</param>
/// <param name="Category">What is asked for.</param>
/// <param name="Emergency">Whether it was marked as one.</param>
internal sealed record Call(
    DateTime At,
    double Longitude,
    double Latitude,
    Category Category,
    bool Emergency
);

/// <summary>The file cannot be read as calls; the message says where, and what would be read.</summary>
public sealed class CallsFileException(string message) : Exception(message);

/// <summary>
/// Reads calls for help from a CSV file with the columns <c>time_dmy</c> (day/month/year hour:minute), <c>lat</c>, <c>lon</c>
/// and <c>category</c> (numbered labels, as the reports of the earthquake in Haiti in 2010 bear them).
/// </summary>
public static class CallsFile
{
    /// <summary>Degrees: what lies outside is not counted (a slip of the pen, or a call from abroad).</summary>
    internal const double West = -72.45;
    internal const double East = -72.2;
    internal const double South = 18.45;
    internal const double North = 18.65;

    /// <summary>The labels that a neighbour can answer, by the category that does; the first that matches counts.</summary>
    private static readonly (Category Category, string[] Labels)[] Wanted =
    [
        (NeedMix.Supplies, ["1b", "3", "3a", "3b", "3c", "3d"]),
        (NeedMix.Food, ["2a", "2b", "7a"]),
        (NeedMix.Necessities, ["2", "2c", "2d", "2e", "7c"]),
    ];

    private static readonly string[] Columns = ["time_dmy", "lat", "lon", "category"];

    /// <summary>The calls that neighbours could answer, by time.</summary>
    /// <exception cref="CallsFileException">The file or a row cannot be read.</exception>
    internal static Calls Read(string path)
    {
        if (!File.Exists(path))
            throw new CallsFileException($"There is no file '{path}'.");
        using var text = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            return Read(text, path);
        }
        catch (DecoderFallbackException)
        {
            throw new CallsFileException($"{path} is not UTF-8.");
        }
    }

    internal static Calls Read(TextReader text, string name)
    {
        bool malformed = false;
        using var csv = CsvReader.Create(
            text,
            new CsvReaderOptions { TrackLineNumbers = true, OnMalformedRecord = _ => malformed = true }
        );
        csv.ReadHeader();
        string? missing = csv.Headers is { Count: > 0 } headers
            ? Columns.FirstOrDefault(column => !headers.Contains(column))
            : throw new CallsFileException($"{name} is empty.");
        if (missing is not null)
            throw new CallsFileException(
                $"{name} has no column '{missing}'; its columns are {string.Join(", ", headers)}."
            );
        var calls = new List<Call>();
        var (outside, others) = (0, 0);
        while (csv.Read())
        {
            CallsFileException Bad(string what) => new($"{name}, line {csv.LineNumber}: {what}");
            if (malformed || csv.FieldCount != headers.Count)
                throw Bad($"not a row of {headers.Count} columns; quote fields that have commas in them");
            string Field(string column) => csv.GetString(column);
            double Degrees(string column) =>
                double.TryParse(
                    Field(column),
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture,
                    out double degrees
                ) && double.IsFinite(degrees)
                    ? degrees
                    : throw Bad($"{column} is '{Field(column)}'; degrees are wanted, as 18.54");
            if (
                !DateTime.TryParseExact(
                    Field("time_dmy"),
                    "dd/MM/yyyy HH:mm",
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out var at
                )
            )
                throw Bad($"time_dmy is '{Field("time_dmy")}'; a time as 23/01/2010 17:05 is wanted");
            var (longitude, latitude) = (Degrees("lon"), Degrees("lat"));
            if (longitude is < West or > East || latitude is < South or > North)
                outside++;
            else if (CategoryOf(Field("category")) is { } of)
                calls.Add(new Call(at, longitude, latitude, of.Category, of.Emergency));
            else
                others++;
        }
        if (calls.Count == 0)
            throw new CallsFileException($"{name} has no call that a neighbour could answer.");
        return new Calls([.. calls.OrderBy(call => call.At)], outside, others);
    }

    private static (Category Category, bool Emergency)? CategoryOf(string labels)
    {
        string[] codes =
        [
            .. labels
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(label => label.Split(' ')[0].TrimEnd('.')),
        ];
        foreach (var (category, wanted) in Wanted)
            if (codes.Any(code => wanted.Contains(code, StringComparer.Ordinal)))
                return (category, codes.Any(code => code is "1" or "1a" or "1b"));
        return null;
    }
}

/// <summary>What a file of calls has.</summary>
/// <param name="Answerable">By time.</param>
/// <param name="Outside">Rows outside the box.</param>
/// <param name="Others">Rows that ask for nothing that a neighbour can bring: news, reports, searches.</param>
internal sealed record Calls(IReadOnlyList<Call> Answerable, int Outside, int Others);
