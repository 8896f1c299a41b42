using System.Globalization;
using MutualAid.Server.Web;

namespace MutualAid.Server.Map;

/// <summary>What a map shows: a box in degrees, at a zoom of the web's usual pyramid (the world is 256 pixels wide at 0, and twice as wide at each next one).</summary>
internal sealed record MapView(double West, double South, double East, double North, int Zoom)
{
    public const int LeastZoom = 8;
    public const int MostZoom = 20;

    // Two screens of the widest kind: whoever asks for more draws no map.
    private const double MostPixels = 8_192;

    public double DegreesPerPixel => 360.0 / 256 / Math.Pow(2, Zoom);

    /// <exception cref="Refusal">400 naming <c>box</c> or <c>zoom</c>.</exception>
    public static MapView Read(IQueryCollection query)
    {
        var errors = new FieldErrors();
        double[] box =
        [
            .. query["box"]
                .ToString()
                .Split(',')
                .Select(text =>
                    double.TryParse(
                        text,
                        NumberStyles.Float,
                        CultureInfo.InvariantCulture,
                        out double degrees
                    )
                        ? degrees
                        : double.NaN
                ),
        ];
        errors.Check(
            box is [var west, var south, var east, var north]
                && west >= -540
                && east <= 540
                && south >= -90
                && north <= 90
                && west < east
                && south < north,
            "box",
            "box"
        );
        bool whole = int.TryParse(
            query["zoom"],
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out int zoom
        );
        errors.Check(whole && zoom is >= LeastZoom and <= MostZoom, "zoom", "between", LeastZoom, MostZoom);
        errors.ThrowIfAny();
        var view = new MapView(box[0], box[1], box[2], box[3], zoom);
        double most = MostPixels * view.DegreesPerPixel;
        errors.Check(
            view.East - view.West <= most && view.North - view.South <= most,
            "box",
            "boxWide",
            most
        );
        errors.ThrowIfAny();
        return view;
    }
}
