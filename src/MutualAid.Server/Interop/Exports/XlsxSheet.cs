using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace MutualAid.Server.Interop.Exports;

/// <summary>
/// A workbook of one sheet (ISO/IEC 29500), zipped straight into the answer: no part is held, none is a file on this machine.
/// The first row stays in sight. Numbers are numbers; instants are dates.
/// </summary>
public sealed class XlsxSheet : Sheet
{
    public const string Type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const int Bold = 1;
    private const int Date = 2;

    private static readonly DateTime DayZero = new(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified);

    private readonly TimeZoneInfo zone;
    private readonly ZipArchive archive;
    private readonly Stream part;
    private readonly XmlWriter xml;
    private int rows;

    /// <param name="zone">Whose clock dates are by: a sheet has no word for it.</param>
    public XlsxSheet(TimeZoneInfo zone)
    {
        this.zone = zone;
        archive = new ZipArchive(new OneWay(Unsent), ZipArchiveMode.Create);
        foreach (var (name, text) in XlsxParts.All)
        {
            using var entry = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
            entry.Write(Encoding.UTF8.GetBytes(text));
        }
        part = archive.CreateEntry("xl/worksheets/sheet1.xml", CompressionLevel.Fastest).Open();
        xml = XmlWriter.Create(
            part,
            new XmlWriterSettings { Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false) }
        );
        xml.WriteStartElement("worksheet", Main);
        // The raw way, because it never changes.
        xml.WriteRaw(
            """<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>"""
        );
        xml.WriteStartElement("sheetData");
    }

    public override void Row(IEnumerable<object?> cells)
    {
        rows++;
        xml.WriteStartElement("row");
        xml.WriteAttributeString("r", Number(rows));
        int column = 0;
        foreach (object? cell in cells)
            Cell(cell, $"{Letters(column++)}{Number(rows)}");
        xml.WriteEndElement();
    }

    protected override void Flush()
    {
        xml.Flush();
        part.Flush();
    }

    protected override void Close()
    {
        xml.WriteEndDocument();
        xml.Dispose();
        part.Dispose();
        // Writes the directory, without which no reader takes the file for one.
        archive.Dispose();
    }

    private void Cell(object? cell, string place)
    {
        if (cell is null)
            return;
        xml.WriteStartElement("c");
        xml.WriteAttributeString("r", place);
        switch (cell)
        {
            case string text:
                if (rows == 1)
                    xml.WriteAttributeString("s", Number(Bold));
                xml.WriteAttributeString("t", "inlineStr");
                xml.WriteStartElement("is");
                xml.WriteStartElement("t");
                xml.WriteAttributeString("xml", "space", null, "preserve");
                xml.WriteString(SafeText.Cell(text));
                xml.WriteEndElement();
                xml.WriteEndElement();
                break;
            case bool yes:
                xml.WriteAttributeString("t", "b");
                xml.WriteElementString("v", yes ? "1" : "0");
                break;
            case DateTimeOffset at:
                xml.WriteAttributeString("s", Number(Date));
                double days = (TimeZoneInfo.ConvertTime(at, zone).DateTime - DayZero).TotalDays;
                xml.WriteElementString("v", days.ToString("R", CultureInfo.InvariantCulture));
                break;
            case IFormattable number:
                xml.WriteElementString("v", number.ToString(null, CultureInfo.InvariantCulture));
                break;
            default:
                throw new ArgumentException($"no cell: {cell.GetType()}", nameof(cell));
        }
        xml.WriteEndElement();
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    // A to Z, then AA: a table of ours has no more than 26 × 27 columns.
    private static string Letters(int column) =>
        column < 26
            ? $"{(char)('A' + column)}"
            : $"{(char)('A' + column / 26 - 1)}{(char)('A' + column % 26)}";
}
