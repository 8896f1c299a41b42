using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Map;

/// <summary>
/// <c>GET /api/map/needs</c>: needs with unmet units, as many to a spot as stand within 64 pixels. Close up the rows
/// themselves are counted; from farther away, where a view may hold a million, the wards' counts, which know neither urgency nor words.
/// </summary>
public static class MapNeeds
{
    internal static readonly string[] Parameters = ["box", "zoom", "category", "urgency", "q"];

    /// <summary>From this zoom on rows are counted.</summary>
    public const int Close = 13;

    // So few are named one by one.
    private const int Named = 5;

    internal static async Task<IResult> Get(
        PublicDatabase database,
        Categories categories,
        HttpContext context,
        CancellationToken stop
    )
    {
        context.AllowParameters(Parameters);
        var query = context.Request.Query;
        var view = MapView.Read(query);
        string? code = query["category"],
            urgency = query["urgency"];
        var known = await categories.All(stop);
        var category = await categories.ByCode(code, stop);
        var errors = new FieldErrors();
        errors.Check(
            code is null || category is not null,
            "category",
            "oneOf",
            string.Join(", ", known.Select(one => one.Code))
        );
        if (urgency is not null)
            HelpRequest.Urgency(errors, "urgency", urgency);
        string? text = CleanText.Line(errors, "q", query["q"], 100);
        errors.Check(query["q"].Count == 0 || text is not null || errors.Any, "q", "length", 1, 100);
        errors.ThrowIfAny();
        context.CacheBriefly();
        // By urgency and words nothing is counted beforehand: the reader is asked to look closer.
        if (view.Zoom < Close && (urgency is not null || text is not null))
            return Results.Json(new { items = Array.Empty<object>(), closer = true }, Json.Options);
        string locale = context.Locale();
        var (spots, needs) = await database.Read(
            Caller.Of(context),
            (connection, stop) => Read(connection, view, category?.Id, urgency, text, stop),
            stop
        );
        var titles = needs.ToDictionary(
            need => need.Id,
            need =>
            {
                var kind = Category.Of(known, need.Category);
                return $"{kind.Name(locale)}: {Say.Units(locale, kind, need.Unmet)}";
            }
        );
        return Results.Json(
            new
            {
                items = spots.Select(spot => new
                {
                    location = GeoPoint.At(spot.Lon, spot.Lat),
                    spot.Requests,
                    spot.Unmet,
                    spot.Area,
                    needs = (spot.Ids ?? [])
                        .Where(titles.ContainsKey)
                        .Select(id => new { id, title = titles[id] }),
                }),
                closer = false,
            },
            Json.Options
        );
    }

    private static async Task<(IReadOnlyList<Spot>, IReadOnlyList<RequestRow>)> Read(
        NpgsqlConnection connection,
        MapView view,
        short? category,
        string? urgency,
        string? text,
        CancellationToken stop
    )
    {
        var spots = await connection.Rows<Spot>(
            view.Zoom < Close ? ByWard : ByRow(category is not null, urgency is not null, text is not null),
            new
            {
                view.West,
                view.South,
                view.East,
                view.North,
                side = 64 * view.DegreesPerPixel,
                named = Named,
                category,
                urgency,
                text,
            },
            stop
        );
        var ids = spots.SelectMany(spot => spot.Ids ?? []).ToArray();
        var needs =
            ids.Length == 0
                ? []
                : await connection.Rows<RequestRow>(
                    $"select {RequestRow.Columns} {RequestRow.Public} where r.id = any (@ids)",
                    new { ids },
                    stop
                );
        return (spots, needs);
    }

    public static string ByRow(bool category, bool urgency, bool text) =>
        $"""
            select avg(lon) as lon, avg(lat) as lat, count(*)::int as requests, sum(unmet)::int as unmet,
                   case when min(a.name) = max(a.name) then min(a.name) end as area,
                   case when count(*) <= @named then array_agg(x.id order by x.created_at, x.id) end as ids
            from (
              select q.id, q.unmet, q.area_id, q.created_at, st_x(q.place::geometry) as lon, st_y(q.place::geometry) as lat
              from public_request q
              where q.unmet > 0 and q.place::geometry && st_makeenvelope(@West, @South, @East, @North, 4326)
                {(category ? "and q.category_id = @category::smallint" : "")}
                {(urgency ? "and q.urgency = @urgency" : "")}
                {(text ? NearbyNeeds.Speaks : "")}
            ) x
            join public_area a on a.id = x.area_id
            group by floor(lon / @side), floor(lat / @side)
            order by requests desc, min(x.id::text)
            """;

    private const string ByWard = """
        select avg(st_x(middle)) as lon, avg(st_y(middle)) as lat, sum(x.requests)::int as requests, sum(x.unmet)::int as unmet,
               case when count(*) = 1 then min(name) end as area, null::uuid[] as ids
        from (
          select a.name, st_centroid(a.boundary::geometry) as middle, n.requests, n.unmet
          from public_area a
          join (
            select area_id, sum(requests) as requests, sum(unmet) as unmet from public_live_count
            where status = 'open' and (@category::smallint is null or category_id = @category) group by area_id
          ) n on n.area_id = a.id
          where a.ward and a.valid_to is null and a.boundary::geometry && st_makeenvelope(@West, @South, @East, @North, 4326)
        ) x
        group by floor(st_x(middle) / @side), floor(st_y(middle) / @side)
        order by requests desc, min(name)
        """;

    private sealed class Spot
    {
        public double Lon { get; init; }
        public double Lat { get; init; }
        public int Requests { get; init; }
        public int Unmet { get; init; }
        public string? Area { get; init; }
        public Guid[]? Ids { get; init; }
    }
}
