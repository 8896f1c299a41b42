using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Open311;

/// <summary><c>requests</c>: live needs, as the public reads them anywhere else. One that is over is none, and never <c>closed</c>.</summary>
public static class Open311Requests
{
    public static async Task<IResult> List(
        Categories categories,
        PublicDatabase database,
        TimeProvider time,
        Caller? caller,
        HttpContext context,
        CancellationToken stop
    )
    {
        Open311Api.Allow(context, Open311Query.Names);
        var all = await categories.All(stop);
        var asked = Open311Query.Read(context.Request.Query, all, time.GetUtcNow());
        var root = await Open311Api.Jurisdiction(database, caller, context, stop);
        context.CacheBriefly();
        var rows = asked.Nothing
            ? []
            : await database.Read(
                caller,
                (connection, stop) =>
                    connection.Rows<RequestRow>(
                        asked.Ids is null ? Latest : Named,
                        new
                        {
                            asked.Ids,
                            asked.From,
                            asked.To,
                            asked.Categories,
                            root,
                            Open311Query.Most,
                        },
                        stop
                    ),
                stop
            );
        return Answer(rows, all, context.Locale());
    }

    public static async Task<IResult> Get(
        Guid id,
        Categories categories,
        PublicDatabase database,
        Caller? caller,
        HttpContext context,
        CancellationToken stop
    )
    {
        Open311Api.Allow(context);
        context.CacheBriefly();
        return Answer(
            [await One(id, database, caller, context, stop)],
            await categories.All(stop),
            context.Locale()
        );
    }

    // A need has its number from the moment it is posted, so the number is its token too.
    public static async Task<IResult> OfToken(
        Guid id,
        PublicDatabase database,
        Caller? caller,
        HttpContext context,
        CancellationToken stop
    )
    {
        Open311Api.Allow(context);
        context.CacheBriefly();
        var row = await One(id, database, caller, context, stop);
        return new Open311Document(
            "service_requests",
            new Items("request", [new Fields(("service_request_id", $"{row.Id}"), ("token", $"{row.Id}"))])
        );
    }

    /// <summary>The latest of a span of time.</summary>
    public const string Latest = $"""
        select {RequestRow.Columns} {RequestRow.Public}
        where r.created_at between @From and @To and (@Categories::smallint[] is null or r.category_id = any (@Categories))
          and (@root::uuid is null or r.root_area_id = @root)
        order by r.created_at desc, r.id desc limit @Most
        """;

    private const string Named = $"""
        select {RequestRow.Columns} {RequestRow.Public}
        where r.id = any (@Ids) and (@root::uuid is null or r.root_area_id = @root)
        order by r.created_at desc, r.id desc limit @Most
        """;

    private static async Task<RequestRow> One(
        Guid id,
        PublicDatabase database,
        Caller? caller,
        HttpContext context,
        CancellationToken stop
    )
    {
        var root = await Open311Api.Jurisdiction(database, caller, context, stop);
        var rows = await database.Read(
            caller,
            (connection, stop) =>
                connection.Rows<RequestRow>(
                    Named,
                    new
                    {
                        Ids = new[] { id },
                        root,
                        Most = 1,
                    },
                    stop
                ),
            stop
        );
        return rows.Count == 1 ? rows[0] : throw Refusal.NotFound();
    }

    private static Open311Document Answer(
        IEnumerable<RequestRow> rows,
        IReadOnlyList<Category> categories,
        string locale
    ) =>
        new(
            "service_requests",
            new Items(
                "request",
                rows.Select(row => Fields(row, Category.Of(categories, row.Category), locale))
            )
        );

    // The standard's fields in the standard's order. When a need changed last the public is not told: what is told of its
    // change is that it reads differently.
    private static Fields Fields(RequestRow row, Category category, string locale) =>
        new(
            ("service_request_id", $"{row.Id}"),
            ("status", "open"),
            (
                "status_notes",
                Texts.Of(locale, $"open311.status.{row.Status}", Say.Units(locale, category, row.Unmet))
            ),
            ("service_name", category.Name(locale)),
            ("service_code", row.Category),
            ("description", row.PublicNote),
            ("agency_responsible", null as string),
            ("service_notice", null as string),
            ("requested_datetime", row.CreatedAt),
            ("updated_datetime", row.CreatedAt),
            ("expected_datetime", null as string),
            ("address", row.AreaPath.Length == 0 ? row.AreaName : $"{row.AreaName}, {row.AreaPath}"),
            ("address_id", null as string),
            ("zipcode", null as string),
            ("lat", row.Lat),
            ("long", row.Lon),
            ("media_url", null as string)
        );
}
