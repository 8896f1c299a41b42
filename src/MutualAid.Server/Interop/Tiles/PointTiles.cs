namespace MutualAid.Server.Interop.Tiles;

/// <summary>
/// Needs and offers as points of a tile. Every point belongs to the one tile whose square it lies in (rounded down, no buffer),
/// so that whoever adds up the tiles of a zoom counts everything once. From afar it is wards that are counted, close up rows.
/// </summary>
public static class PointTiles
{
    /// <summary>From this zoom on rows are read: a tile of the densest city holds some tens of thousands.</summary>
    public const int Rows = 13;

    /// <summary>From this zoom on what stands alone is drawn alone, unless a tile would hold more than <see cref="Most"/>.</summary>
    public const int Singles = 14;

    private const int Most = 5_000;

    /// <summary>Values: Zoom, X, Y, Pixel, World.</summary>
    public static string Requests(int zoom) =>
        zoom < Rows ? ByWard(RequestCounts, "requests") : RequestRows(zoom);

    /// <summary>As <see cref="Requests"/>; of offers those that have something free.</summary>
    public static string Offers(int zoom) => zoom < Rows ? ByWard(OfferCounts, "offers") : OfferRows(zoom);

    /// <summary>The last 52 bits of the uuid, which are random in it; a cluster has its place in the zoom's grid above them.</summary>
    public static string Id(string of) =>
        $"('x' || right(replace({of}.id::text, '-', ''), 13))::bit(52)::bigint";

    private const string ClusterId = "(1::bigint << 52) + (cx << 26) + cy";

    // A statement's own counts by ward, needs by the counts that are kept, so that a province costs what its wards cost.
    private const string RequestCounts = """
        select area_id, sum(requests)::bigint as points, sum(unmet)::bigint as units from public_live_count group by area_id
        """;

    private const string OfferCounts = """
        select area_id, count(*) as points, sum(free)::bigint as units from public_offer where free is null or free > 0 group by area_id
        """;

    private static string ByWard(string counts, string layer) =>
        $"""
            with ward as materialized (
              select floor((st_x(s.middle) + @World) / @Pixel)::bigint as gx, floor((@World - st_y(s.middle)) / @Pixel)::bigint as gy,
                     s.area_id, n.points, n.units
              from ({counts}) n join public_area_shape s on s.area_id = n.area_id
            ), spot as (
              select gx / 256 as cx, gy / 256 as cy, sum(gx * points) / sum(points) as gx, sum(gy * points) / sum(points) as gy,
                     sum(points)::int as points, sum(units)::bigint as units,
                     case when count(*) = 1 then (array_agg(area_id))[1] end as area_id
              from ward where {Inside}
              group by 1, 2
            )
            select st_asmvt(f, '{layer}', {Tile.Extent}, 'geom', 'fid' order by f.fid)
            from (
              select {ClusterId} as fid, true as cluster, spot.points as point_count,
                     {(
                layer == "requests" ? "spot.units as unmet" : "spot.units as free"
            )}, a.name as area, {Point}
              from spot left join public_area a on a.id = spot.area_id
            ) f
            """;

    private static string RequestRows(int zoom) =>
        $"""
            with need as materialized (
              {Grid(
                "r.id, r.category_id, r.urgency, r.unmet, r.status, r.verified, r.area_id",
                "public_request r where true"
            )}
            ), spot as (
              select {Key(zoom)}, {Spot}, sum(unmet)::bigint as unmet,
                     count(*) filter (where urgency = 'urgent')::int as urgent, count(*) filter (where urgency = 'soon')::int as soon,
                     count(*) filter (where urgency = 'routine')::int as routine,
                     min(urgency) as urgency, min(status) as status, bool_and(verified) as verified
              from (select *, count(*) over () as total from need where {Inside}) q
              group by cx, cy, alone
            )
            select st_asmvt(f, 'requests', {Tile.Extent}, 'geom', 'fid' order by f.fid)
            from (
              select {Id(
                "spot"
            )} as fid, spot.id::text, c.code as category, spot.urgency, spot.unmet, c.unit, spot.status, spot.verified,
                     a.name as area, null::boolean as cluster, null::int as point_count, null::int as urgent, null::int as soon,
                     null::int as routine, {Point}
              from spot join public_category c on c.id = spot.category_id left join public_area a on a.id = spot.area_id
              where points = 1
              union all
              select {ClusterId}, null, null, null, unmet, null, null, null, null, true, points, urgent, soon, routine, {Point}
              from spot where points > 1
            ) f
            """;

    private static string OfferRows(int zoom) =>
        $"""
            with offer as materialized (
              {Grid(
                "r.id, r.category_id, r.free, r.reach_metres, r.area_id",
                "public_offer r where (r.free is null or r.free > 0)"
            )}
            ), spot as (
              select {Key(zoom)}, {Spot}, sum(free)::bigint as free, min(reach_metres) as reach
              from (select *, count(*) over () as total from offer where {Inside}) q
              group by cx, cy, alone
            )
            select st_asmvt(f, 'offers', {Tile.Extent}, 'geom', 'fid' order by f.fid)
            from (
              select {Id(
                "spot"
            )} as fid, spot.id::text, c.code as category, spot.free, c.unit, spot.reach, a.name as area,
                     null::boolean as cluster, null::int as point_count, {Point}
              from spot join public_category c on c.id = spot.category_id left join public_area a on a.id = spot.area_id
              where points = 1
              union all
              select {ClusterId}, null, null, free, null, null, null, true, points, {Point} from spot where points > 1
            ) f
            """;

    // Where something is in the grid of the whole zoom. The index is on the sphere, whose edges between two corners are not the
    // plane's: a hundredth of a side around holds them. Transformed once, before anything is asked of it (offset 0).
    private static string Grid(string columns, string from) =>
        $"""
            select floor((st_x(p) + @World) / @Pixel)::bigint as gx, floor((@World - st_y(p)) / @Pixel)::bigint as gy, q.*
              from (
                select {columns}, st_transform(r.place::geometry, 3857) as p
                from {from}
                  and r.place && st_transform(st_expand(st_tileenvelope(@Zoom, @X, @Y), @Pixel * {Tile.Extent
                / 100}), 4326)::geography
                offset 0
              ) q
            """;

    private const string Inside =
        "gx between @X * 4096::bigint and @X * 4096::bigint + 4095 and gy between @Y * 4096::bigint and @Y * 4096::bigint + 4095";

    // Close up the cells are so small that one holds one public place.
    private static string Key(int zoom) =>
        zoom < Singles
            ? "gx / 256 as cx, gy / 256 as cy, null::uuid as alone"
            : $"gx / 64 as cx, gy / 64 as cy, case when total <= {Most} then id end as alone";

    private const string Spot = """
        count(*)::int as points, avg(gx) as gx, avg(gy) as gy, (array_agg(id))[1] as id, min(category_id) as category_id,
        (array_agg(area_id))[1] as area_id
        """;

    private const string Point =
        "st_makepoint(floor(gx) - @X * 4096::bigint, floor(gy) - @Y * 4096::bigint) as geom";
}
