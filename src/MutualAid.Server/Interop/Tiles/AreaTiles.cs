namespace MutualAid.Server.Interop.Tiles;

/// <summary>Areas as shapes of a tile with what is live in them: provinces from afar, districts with them nearer, close up wards alone. Below the ward nothing is told.</summary>
public static class AreaTiles
{
    private const int Districts = 8;

    /// <summary>From this zoom on wards are drawn.</summary>
    public const int Wards = 10;

    /// <summary>
    /// Values: Zoom, X, Y. Shapes and counts come together by one grouping and no join: without the tile's numbers the planner expects
    /// one shape where there are hundreds, and goes through all counts for each.
    /// </summary>
    public static string Sql(int zoom)
    {
        string level =
            zoom >= Wards ? "a.ward"
            : zoom >= Districts ? "(a.parent_id is null or a.level in ('province', 'district'))"
            : "(a.parent_id is null or a.level = 'province')";
        string shape =
            zoom <= 8 ? "s.far"
            : zoom <= 11 ? "s.near"
            : "st_transform(a.boundary::geometry, 3857)";
        return $"""
            with shown as materialized (
              select a.id, a.code, a.name, a.level, st_asmvtgeom({shape}, tile, {Tile.Extent}, 64, true) as geom
              from st_tileenvelope(@Zoom, @X, @Y) tile
              join public_area_shape s on s.far && st_expand(tile, 200 + (st_xmax(tile) - st_xmin(tile)) / 64)
              join public_area a on a.id = s.area_id
              where a.valid_to is null and {level}
            ), live as (
              select x.id, sum(n.requests)::bigint as requests, sum(n.unmet)::bigint as unmet
              from (select area_id, sum(requests) as requests, sum(unmet) as unmet from public_live_count group by area_id) n
              join public_area w on w.id = n.area_id
              cross join unnest(w.ancestors) x (id)
              group by x.id
            ), one as (
              select id, max(code) as code, max(name) as name, max(level) as level, (array_agg(geom) filter (where geom is not null))[1] as geom,
                     sum(requests)::bigint as requests, sum(unmet)::bigint as unmet
              from (
                select id, code, name, level, geom, 0 as requests, 0 as unmet from shown where geom is not null
                union all
                select id, null, null, null, null, requests, unmet from live
              ) either
              group by id
            )
            select st_asmvt(f, 'areas', {Tile.Extent}, 'geom', 'fid' order by f.code, f.fid)
            from (
              select {PointTiles.Id(
                "one"
            )} as fid, one.id::text, one.code, one.name, one.level, one.requests, one.unmet, one.geom
              from one where geom is not null
            ) f
            """;
    }
}
