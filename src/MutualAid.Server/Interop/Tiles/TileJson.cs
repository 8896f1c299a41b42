using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Tiles;

/// <summary><c>GET /tiles/{layer}.json</c>: a layer as TileJSON 3.0.0 describes it.</summary>
internal static class TileJson
{
    // Degrees. Where no area has come yet: the world as web maps have it.
    private const string Bounds = """
        select coalesce(st_xmin(e), -180) as west, coalesce(st_ymin(e), -85.051129) as south,
               coalesce(st_xmax(e), 180) as east, coalesce(st_ymax(e), 85.051129) as north
        from (select st_extent(boundary::geometry) as e from public_area where parent_id is null and valid_to is null) x
        """;

    public static async Task<IResult> Get(
        PublicDatabase database,
        HttpContext context,
        string layer,
        Caller? caller,
        CancellationToken stop
    )
    {
        if (!TileLayer.Named.TryGetValue(layer, out var known))
            throw Refusal.NotFound();
        context.AllowParameters();
        var box = await database.Read(
            caller,
            (connection, stop) => connection.Row<Box>(Bounds, null, stop),
            stop
        );
        double[] bounds = [box!.West, box.South, box.East, box.North];
        string locale = context.Locale();
        TilesFeature.ForAnyMap(context, caller);
        return Results.Json(
            new
            {
                tilejson = "3.0.0",
                name = Texts.Of(locale, $"tiles.{layer}"),
                description = Texts.Of(locale, $"tiles.{layer}.told"),
                attribution = Texts.Of(locale, "tiles.credit"),
                version = "1.0.0",
                scheme = "xyz",
                tiles = new[] { $"{Here(context)}/tiles/{layer}/{{z}}/{{x}}/{{y}}.mvt" },
                minzoom = 0,
                maxzoom = Tile.MostZoom,
                bounds,
                center = new[] { (box.West + box.East) / 2, (box.South + box.North) / 2, 9 },
                vector_layers = new[]
                {
                    new
                    {
                        id = layer,
                        description = Texts.Of(locale, $"tiles.{layer}.told"),
                        minzoom = 0,
                        maxzoom = Tile.MostZoom,
                        fields = known.Fields,
                    },
                },
            },
            Json.Options
        );
    }

    /// <summary>The service's address as this reader wrote it: behind a trusted proxy the proxy's.</summary>
    public static string Here(HttpContext context) =>
        $"{context.Request.Scheme}://{context.Request.Host.ToUriComponent()}{context.Request.PathBase.ToUriComponent()}";

    private sealed class Box
    {
        public double West { get; init; }
        public double South { get; init; }
        public double East { get; init; }
        public double North { get; init; }
    }
}
