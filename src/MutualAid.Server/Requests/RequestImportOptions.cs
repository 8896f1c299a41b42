using System.Globalization;
using MutualAid.Server.Areas;

namespace MutualAid.Server.Requests;

/// <summary>How a CSV's rows become requests.</summary>
/// <param name="Source">Names where they come from: with a row's id it tells what was imported before.</param>
/// <param name="Columns">Field → column of the file.</param>
public sealed record RequestImportOptions(string Source, IReadOnlyDictionary<string, string> Columns)
{
    /// <summary>The fields that a column can be mapped to.</summary>
    public static readonly IReadOnlyList<string> Fields =
    [
        "id",
        "lon",
        "lat",
        "category",
        "quantity",
        "urgency",
        "time",
        "people",
        "address",
        "phone",
        "name",
        "note",
        "details",
        "publicNote",
        "destination",
    ];

    /// <summary>What stands in a field that has no column, or nothing in it.</summary>
    public IReadOnlyDictionary<string, string> Defaults { get; init; } = new Dictionary<string, string>();

    /// <summary>The first whose text is part of the field's, whatever its case, says the value.</summary>
    public IReadOnlyList<ValueRule> Values { get; init; } = [];

    /// <summary>.NET's custom format, such as <c>dd/MM/yyyy HH:mm</c>; null: ISO 8601.</summary>
    public string? TimeFormat { get; init; }

    /// <summary>Where the file's clocks hang, unless a time names its offset.</summary>
    public TimeZoneInfo TimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>How long from now the requests live; null: the category's time from when they were made, so old ones come in expired.</summary>
    public TimeSpan? ExpiresIn { get; init; }

    /// <exception cref="ImportException">The options do not fit together.</exception>
    public void Check()
    {
        if (Source.Length is 0 or > 100)
            throw new ImportException("--source must have 1 to 100 characters.");
        string? unknown = Columns
            .Keys.Concat(Defaults.Keys)
            .Concat(Values.Select(rule => rule.Field))
            .FirstOrDefault(field => !Fields.Contains(field));
        if (unknown is not null)
            throw new ImportException($"'{unknown}' is no field; fields are {string.Join(", ", Fields)}.");
        foreach (string field in (string[])["lon", "lat"])
            if (!Columns.ContainsKey(field))
                throw new ImportException($"--map {field}=COLUMN is missing: a request has a place.");
        if (!Columns.ContainsKey("category") && !Defaults.ContainsKey("category"))
            throw new ImportException("--map category=COLUMN or --default category=CODE is missing.");
        if (ExpiresIn <= TimeSpan.Zero || ExpiresIn > HelpRequest.LongestAhead)
            throw new ImportException($"--expires-in must be from 1m to {HelpRequest.LongestAhead.Days}d.");
    }

    /// <summary>A span such as <c>90m</c>, <c>12h</c>, <c>3d</c>.</summary>
    /// <exception cref="ImportException">It is none.</exception>
    public static TimeSpan Span(string text) =>
        text.Length > 1
        && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
        && text[^1] is 'm' or 'h' or 'd'
            ? number
                * text[^1] switch
                {
                    'm' => TimeSpan.FromMinutes(1),
                    'h' => TimeSpan.FromHours(1),
                    _ => TimeSpan.FromDays(1),
                }
            : throw new ImportException($"'{text}' is no time span; write it like 90m, 12h or 3d.");
}

/// <summary>A field with this text in it means this value.</summary>
public sealed record ValueRule(string Field, string Contains, string Value);

/// <summary>What an import did. Each problem names its line and says why the row was left out.</summary>
public sealed record RequestImportResult(int Imported, int KnownBefore, IReadOnlyList<RowProblem> Problems);

/// <summary>A row that was left out. <paramref name="Line"/>: its first line in the file, from 1.</summary>
public sealed record RowProblem(int Line, string Reason)
{
    public override string ToString() => $"line {Line}: {Reason}";
}
