using System.Globalization;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Keys;
using MutualAid.Server.Web;

namespace MutualAid.Server.Areas;

/// <summary>Categories and areas, for everybody.</summary>
public static class AreasApi
{
    public static void MapAreas(this WebApplication app)
    {
        app.MapGet("/api/categories", ListCategories);
        app.MapGet("/api/areas", Find);
        app.MapGet("/api/areas/{id:guid}", Get);
        app.MapGet("/api/areas/{id:guid}/summary", AreaSummary.Get).ReadableByKey();
    }

    private static async Task<IResult> ListCategories(
        Categories categories,
        HttpContext context,
        CancellationToken stop
    )
    {
        context.CacheBriefly();
        var items = (await categories.All(stop)).Select(category => new
        {
            category.Code,
            name = category.Name(context.Locale()),
            category.NameVi,
            category.NameEn,
            category.Unit,
            unitName = category.UnitName(context.Locale()),
            category.Divisible,
            category.NeedsDestination,
            category.ByPhone,
        });
        return Results.Ok(new { items, next = (string?)null });
    }

    private static async Task<IResult> Find(
        PublicDatabase database,
        HttpContext context,
        string? q,
        string? at,
        CancellationToken stop
    )
    {
        context.AllowParameters("q", "at");
        if ((q is null) == (at is null))
            throw Refusal.Field("q", "areaQuery");
        context.CacheBriefly();
        var items = await database.Read(
            Caller.Of(context),
            (connection, stop) => q is null ? At(connection, at!, stop) : Named(connection, q, stop),
            stop
        );
        return Results.Ok(new { items, next = (string?)null });
    }

    // The ward of a place first, then what it belongs to.
    private static async Task<IEnumerable<AreaAnswer>> At(
        Npgsql.NpgsqlConnection connection,
        string at,
        CancellationToken stop
    )
    {
        string[] parts = at.Split(',');
        double lon = 0,
            lat = 0;
        bool read =
            parts.Length == 2
            && double.TryParse(parts[0], CultureInfo.InvariantCulture, out lon)
            && double.TryParse(parts[1], CultureInfo.InvariantCulture, out lat);
        if (!read || !(Math.Abs(lon) <= 180) || !(Math.Abs(lat) <= 90))
            throw Refusal.Field("at", "at");
        return await connection.Rows<AreaAnswer>(
            AreaAnswer.Select
                + """
                 where a.id = any ((select w.ancestors from public_area w
                                    where w.ward and w.valid_to is null and st_covers(w.boundary::geometry, st_setsrid(st_makepoint(@lon, @lat), 4326))
                                    order by w.code limit 1)::uuid[])
                order by cardinality(a.ancestors) desc
                """,
            new { lon, lat },
            stop
        );
    }

    // Old names are found too: who lived in a district that is no more still calls it so.
    private static async Task<IEnumerable<AreaAnswer>> Named(
        Npgsql.NpgsqlConnection connection,
        string q,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        string? name = CleanText.Line(errors, "q", q, 100);
        errors.Check(errors.Any || name is not null, "q", "length", 1, 100);
        errors.ThrowIfAny();
        var typed = TypedName.Read(name!);
        return await connection.Rows<AreaAnswer>(
            AreaAnswer.Select
                + $"""
                 cross join lateral (
                   select case when search_text(a.name) like {TypedName.Pattern("@Full")} then 1
                               when search_text(a.name) like {TypedName.Pattern(
                    "@Bare"
                )} then 2 else 3 end as rank) l
                where (search_text(a.name) like {TypedName.Pattern("@Full")}
                    or search_text(a.name) like {TypedName.Pattern("@Bare")}
                    or search_text(a.name) % search_text(@Full))
                  and (@Within::text is null or search_text(a.path) like {TypedName.Pattern("@Within")})
                order by l.rank, a.valid_to is not null, search_text(a.name) <-> search_text(@Full), cardinality(a.ancestors), a.code, a.id limit 50
                """,
            new
            {
                typed.Full,
                typed.Bare,
                typed.Within,
            },
            stop
        );
    }

    private static async Task<IResult> Get(
        PublicDatabase database,
        HttpContext context,
        Guid id,
        CancellationToken stop
    )
    {
        context.CacheBriefly();
        var area =
            await database.Read(
                Caller.Of(context),
                (connection, stop) =>
                    connection.Row<AreaAnswer>(AreaAnswer.Select + " where a.id = @id", new { id }, stop),
                stop
            ) ?? throw Refusal.NotFound();
        return Results.Ok(area);
    }
}

/// <summary>An area as anybody reads it.</summary>
public sealed class AreaAnswer
{
    internal const string Select = """
        select a.id, a.parent_id, a.code, a.name, a.level, a.path, a.synthetic, a.ward,
               nullif(a.valid_from, '-infinity') as valid_from, a.valid_to,
               array(select s.successor_id from public_area_successor s where s.area_id = a.id) as successors
        from public_area a
        """;

    public Guid Id { get; init; }
    public Guid? ParentId { get; init; }
    public string Code { get; init; } = "";
    public string Name { get; init; } = "";
    public string Level { get; init; } = "";

    /// <summary>The areas it belongs to, nearest first.</summary>
    public string Path { get; init; } = "";

    /// <summary>Whether public facts are told at this level.</summary>
    public bool Ward { get; init; }
    public bool Synthetic { get; init; }
    public DateOnly? ValidFrom { get; init; }

    /// <summary>The first day on which it is no more.</summary>
    public DateOnly? ValidTo { get; init; }
    public Guid[] Successors { get; init; } = [];
}
