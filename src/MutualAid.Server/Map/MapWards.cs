using System.Text.Json.Nodes;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Map;

/// <summary>
/// <c>GET /api/map/wards</c>: the wards in view as GeoJSON (RFC 7946), their outlines no finer than a pixel, with how many
/// needs are open and how many were fulfilled in the last four finished weeks (none below five is told).
/// </summary>
public static class MapWards
{
    internal static readonly string[] Parameters = ["box", "zoom"];

    internal static async Task<IResult> Get(
        PublicDatabase database,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        context.AllowParameters(Parameters);
        var view = MapView.Read(context.Request.Query);
        context.CacheBriefly();
        var wards = await database.Read(
            Caller.Of(context),
            (connection, stop) =>
                connection.Rows<Row>(
                    Sql,
                    new
                    {
                        view.West,
                        view.South,
                        view.East,
                        view.North,
                        pixel = view.DegreesPerPixel,
                        since = time.GetUtcNow().AddDays(-35).UtcDateTime, // four Mondays of finished weeks lie after it, whatever day it is
                    },
                    stop
                ),
            stop
        );
        return Results.Json(
            new
            {
                type = "FeatureCollection",
                features = wards.Select(ward => new
                {
                    type = "Feature",
                    id = ward.Id,
                    geometry = JsonNode.Parse(ward.Outline),
                    properties = new
                    {
                        ward.Name,
                        ward.Needs,
                        ward.Helped,
                    },
                }),
            },
            Json.Options,
            "application/geo+json"
        );
    }

    internal const string Sql = """
        select a.id, a.name, st_asgeojson(st_simplifypreservetopology(a.boundary::geometry, @pixel), 5) as outline,
               coalesce(n.requests, 0)::int as needs, f.requests::int as helped
        from public_area a
        left join (
          select area_id, sum(requests) as requests from public_live_count where status = 'open' group by area_id
        ) n on n.area_id = a.id
        left join (
          select area_id, sum(requests) as requests from public_fulfilment where week > @since::date group by area_id
        ) f on f.area_id = a.id
        where a.ward and a.valid_to is null and a.boundary::geometry && st_makeenvelope(@West, @South, @East, @North, 4326)
        order by a.code, a.id
        """;

    private sealed class Row
    {
        public Guid Id { get; init; }
        public string Name { get; init; } = "";
        public string Outline { get; init; } = "";
        public int Needs { get; init; }
        public int? Helped { get; init; }
    }
}
