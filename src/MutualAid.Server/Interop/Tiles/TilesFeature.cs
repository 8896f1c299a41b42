using System.Security.Cryptography;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Tiles;

/// <summary>Needs, offers and areas as Mapbox vector tiles (specification 2.1), with TileJSON and a style for them.</summary>
public static class TilesFeature
{
    internal const string MediaType = "application/vnd.mapbox-vector-tile";

    // What is seen is at most so old; a map asks for its dozen tiles again when they are.
    private const string Kept = "public, max-age=30";

    public static void MapTiles(this WebApplication app)
    {
        var tiles = app.MapGroup("/tiles");
        tiles.MapGet("/{layer}/{z}/{x}/{y}.mvt", Get);
        tiles.MapGet("/{layer}.json", TileJson.Get);
        tiles.MapGet("/style.json", TileStyle.Get);
    }

    private static async Task<IResult> Get(
        PublicDatabase database,
        HttpContext context,
        string layer,
        string z,
        string x,
        string y,
        Caller? caller,
        CancellationToken stop
    )
    {
        if (!TileLayer.Named.ContainsKey(layer))
            throw Refusal.NotFound();
        context.AllowParameters();
        var tile = Tile.Read(z, x, y);
        string sql = layer switch
        {
            "requests" => PointTiles.Requests(tile.Zoom),
            "offers" => PointTiles.Offers(tile.Zoom),
            _ => AreaTiles.Sql(tile.Zoom),
        };
        byte[] drawn =
            await database.Read(
                caller,
                (connection, stop) =>
                    connection.Value<byte[]>(
                        sql,
                        new
                        {
                            tile.Zoom,
                            tile.X,
                            tile.Y,
                            tile.Pixel,
                            Tile.World,
                        },
                        stop
                    ),
                stop
            ) ?? [];
        ForAnyMap(context, caller);
        if (drawn.Length == 0)
            return Results.NoContent();
        string tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(drawn).AsSpan(0, 16))}\"";
        context.Response.Headers.ETag = tag;
        return Representation.IsHeld(context, tag)
            ? Results.StatusCode(304)
            : Results.Bytes(drawn, MediaType);
    }

    /// <summary>Pages of other hosts draw these too: they read what everybody may, and send no cookie with it.</summary>
    internal static void ForAnyMap(HttpContext context, Caller? caller)
    {
        context.CacheBriefly();
        if (caller is not null)
            return;
        context.Response.Headers.CacheControl = Kept;
        context.Response.Headers.AccessControlAllowOrigin = "*";
    }
}
