using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Interop.Feeds;

/// <summary><c>GET /feeds/areas/{id}.atom</c>: the newest needs of an area that still wait for something.</summary>
internal static class AreaFeed
{
    private const int Most = 100;

    internal static async Task<IResult> Get(
        PublicDatabase database,
        Categories categories,
        Settings settings,
        TimeProvider time,
        HttpContext context,
        Guid id,
        CancellationToken stop
    )
    {
        context.AllowParameters();
        context.CacheBriefly();
        var (area, needs) = await database.Read(
            Caller.Of(context),
            (connection, stop) => Read(connection, id, stop),
            stop
        );
        if (area is null)
            throw Refusal.NotFound();
        string locale = context.Locale();
        // Weak: the same entries may come with another time of making.
        string tag = "W/" + Tag(area, needs, locale);
        context.Response.Headers.ETag = tag;
        if (Representation.IsHeld(context, tag))
            return Results.StatusCode(StatusCodes.Status304NotModified);
        var feed = new AtomFeed(
            locale,
            // What the proxies that are trusted say of it: the address that the reader came by.
            $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}",
            new Uri(settings.PublicUrl).IdnHost,
            await categories.All(stop)
        );
        return Results.Bytes(
            feed.Write(area, needs, time.GetUtcNow()),
            "application/atom+xml; charset=utf-8"
        );
    }

    private static string Tag(AreaAnswer area, IReadOnlyList<RequestRow> needs, string locale) =>
        Representation.Tag(
            new
            {
                locale,
                area.Name,
                needs = needs.Select(need => need.Answer()),
            },
            null
        );

    // The newest of each ward by the index on its needs that lack something: a province costs what its wards cost.
    private static async Task<(AreaAnswer? Area, IReadOnlyList<RequestRow> Needs)> Read(
        NpgsqlConnection connection,
        Guid id,
        CancellationToken stop
    )
    {
        var area = await connection.Row<AreaAnswer>(
            AreaAnswer.Select + " where a.id = @id",
            new { id },
            stop
        );
        if (area is null)
            return (null, []);
        return (
            area,
            await connection.Rows<RequestRow>(
                $"""
                select {RequestRow.Columns}
                from public_area a
                cross join lateral (
                  select * from public_request q where q.area_id = a.id and q.unmet > 0
                  order by q.created_at desc limit @Most) r
                join public_category c on c.id = r.category_id
                where @id = any (a.ancestors) and a.ward
                order by r.created_at desc, r.id desc limit @Most
                """,
                new { id, Most },
                stop
            )
        );
    }
}
