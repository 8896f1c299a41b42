using System.Globalization;
using System.Text;
using System.Text.Json;
using MutualAid.Server.Database;
using NetTopologySuite.IO;
using Npgsql;

namespace MutualAid.Server.Areas;

/// <summary>A file's features in a temporary table, repaired; several of one code are one area.</summary>
internal sealed class StagedAreas(AreaImportOptions options, TimeProvider time, Action<string> say)
{
    private readonly WKBWriter wkb = new();
    private readonly Dictionary<string, StagedArea> byCode = [];
    private readonly List<string> problems = [];
    private readonly HashSet<string> brokenCodes = [];

    public IReadOnlyCollection<StagedArea> Areas => byCode.Values;
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Codes of features that were left out: their areas have not vanished.</summary>
    public IReadOnlyCollection<string> BrokenCodes => brokenCodes;

    /// <summary>Whether any feature was left out without its code being known.</summary>
    public bool SomeUnknown { get; private set; }

    public async Task Read(NpgsqlConnection connection, Stream file, CancellationToken stop)
    {
        await connection.Execute(
            "create temporary table staged_area (code text primary key, boundary geometry(MultiPolygon, 4326) not null)",
            null,
            stop
        );
        var reader = new FeatureReader(file);
        var progress = new Progress("reading", "features", long.MaxValue, time, say);
        for (int index = 0; reader.Next() is { } document; index++)
        {
            using (document)
                await Stage(connection, index, document.RootElement, stop);
            progress.Add(1);
        }
        progress.End();
        if (byCode.Count == 0)
            throw new ImportException(
                problems.Count == 0
                    ? "The file has no features."
                    : $"No feature of the file can be used. The first: {problems[0]}"
            );
    }

    private async Task Stage(
        NpgsqlConnection connection,
        int index,
        JsonElement feature,
        CancellationToken stop
    )
    {
        string? code = null;
        try
        {
            code = Required(feature, options.Code);
            var area = new StagedArea(
                code,
                Required(feature, options.Name),
                options.Parent is null ? null : Required(feature, options.Parent),
                options.ParentName is null ? null : Required(feature, options.ParentName),
                options.Population is null ? null : People(feature, options.Population)
            );
            if (byCode.TryGetValue(code, out var before) && before != area)
                throw new FormatException($"has the code of another area, {before.Name}");
            bool kept = await connection.Value<bool>(
                """
                with repaired as (
                  select st_multi(st_collectionextract(st_makevalid(st_geomfromwkb(@wkb, 4326)), 3)) as boundary
                ), kept as (
                  insert into staged_area (code, boundary) select @code, boundary from repaired where not st_isempty(boundary)
                  on conflict (code) do update set boundary = st_multi(st_union(staged_area.boundary, excluded.boundary))
                  returning 1
                )
                select exists (select 1 from kept)
                """,
                new { wkb = wkb.Write(FeatureShape.Read(feature)), code },
                stop
            );
            if (!kept)
                throw new FormatException("encloses nothing");
            byCode[code] = area;
        }
        catch (Exception e) when (e is FormatException or PostgresException { SqlState: "XX000" or "22023" })
        {
            // PostGIS reports a shape that it cannot repair as an internal error.
            string why = e is PostgresException postgres ? postgres.MessageText : e.Message;
            problems.Add($"feature {index}{(code is null ? "" : $" ({code})")} {why}");
            if (code is null)
                SomeUnknown = true;
            else
                brokenCodes.Add(code);
        }
    }

    // Nobody knows: null, or an empty text. A wrong number is a fault of the file, not a place where nobody lives.
    private static int? People(JsonElement feature, string property)
    {
        if (
            feature.ValueKind != JsonValueKind.Object
            || !feature.TryGetProperty("properties", out var properties)
            || properties.ValueKind != JsonValueKind.Object
            || !properties.TryGetProperty(property, out var value)
        )
            throw new FormatException($"has no {property}");
        string text = value.ToString().Trim();
        if (value.ValueKind == JsonValueKind.Null || text.Length == 0)
            return null;
        return
            decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out decimal people)
            && people is >= 1 and <= 2_000_000_000
            && people == decimal.Truncate(people)
            ? (int)people
            : throw new FormatException($"has a {property} that is no number of people: {text}");
    }

    private static string Required(JsonElement feature, string property)
    {
        if (
            feature.ValueKind != JsonValueKind.Object
            || !feature.TryGetProperty("properties", out var properties)
            || properties.ValueKind != JsonValueKind.Object
        )
            throw new FormatException("has no properties");
        if (
            !properties.TryGetProperty(property, out var value)
            || value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)
        )
            throw new FormatException(
                $"has no {property}; its properties are {string.Join(", ", properties.EnumerateObject().Select(p => p.Name))}"
            );
        string text = value.ToString().Normalize(NormalizationForm.FormC).Trim();
        return text.Length is > 0 and <= 200
            ? text
            : throw new FormatException($"has a {property} that is empty or longer than 200 characters");
    }
}

/// <summary>A feature's facts beside its boundary.</summary>
/// <param name="Population">Null: not told.</param>
internal sealed record StagedArea(
    string Code,
    string Name,
    string? ParentCode,
    string? ParentName,
    int? Population
);
