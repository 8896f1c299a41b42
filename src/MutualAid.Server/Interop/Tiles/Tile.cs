using System.Globalization;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Tiles;

/// <summary>One square of the web's usual pyramid: at zoom 0 the world is one, at each next zoom it has twice as many a side; y counts southwards.</summary>
public sealed record Tile(int Zoom, int X, int Y)
{
    public const int MostZoom = 18;

    /// <summary>Units of a tile's own grid, a side.</summary>
    public const int Extent = 4096;

    /// <summary>Half a side of the world in EPSG:3857, in its metres.</summary>
    public const double World = 20_037_508.342789244;

    /// <summary>One unit of the tile's grid, in EPSG:3857's metres. A power of two of the world: tiles beside each other count alike.</summary>
    public double Pixel => 2 * World / Math.Pow(2, Zoom) / Extent;

    /// <exception cref="Refusal">400 naming <c>z</c>, <c>x</c> or <c>y</c>.</exception>
    public static Tile Read(string z, string x, string y)
    {
        int zoom = Number("z", z, MostZoom);
        return new Tile(zoom, Number("x", x, (1 << zoom) - 1), Number("y", y, (1 << zoom) - 1));
    }

    private static int Number(string field, string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number <= most
            ? number
            : throw Refusal.Field(field, "between", 0, most);
}
