using System.Globalization;
using Microsoft.OData.Edm;
using MutualAid.OData.PostGis.Sql;
using MutualAid.Server.Web;

namespace MutualAid.Server.Interop.Ogc;

/// <summary>
/// A reader's <c>bbox</c>, its corners in the order of east and north. <paramref name="West"/> greater than
/// <paramref name="East"/>: it lies over 180°.
/// </summary>
internal sealed record OgcBox(Crs Crs, double West, double South, double East, double North)
{
    /// <exception cref="Refusal">400: no four or six numbers, turned over, or degrees that are none.</exception>
    public static OgcBox Read(string text, Crs crs)
    {
        double[] numbers =
        [
            .. text.Split(',')
                .Select(part =>
                    double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                        ? number
                        : double.NaN
                ),
        ];
        var wrong = Refusal.Field("bbox", "ogcBox");
        if (numbers.Length is not (4 or 6) || !numbers.All(double.IsFinite))
            throw wrong;
        int dimensions = numbers.Length / 2;
        // Heights are read and left out: a feature without one is at every height.
        if (dimensions == 3 && numbers[2] > numbers[5])
            throw wrong;
        var box = crs.NorthFirst
            ? new OgcBox(crs, numbers[1], numbers[0], numbers[dimensions + 1], numbers[dimensions])
            : new OgcBox(crs, numbers[0], numbers[1], numbers[dimensions], numbers[dimensions + 1]);
        bool inside =
            !crs.Degrees
            || (
                Math.Abs(box.West) <= 180
                && Math.Abs(box.East) <= 180
                && Math.Abs(box.South) <= 90
                && Math.Abs(box.North) <= 90
            );
        return inside && box.South <= box.North && (box.West <= box.East || crs.Degrees) ? box : throw wrong;
    }

    /// <summary>Whether <paramref name="place"/> (SQL of a geography) meets the box; by the plane of degrees, whose indexes are the views' own.</summary>
    public string Sql(string place, SqlParameters parameters) =>
        West <= East
            ? Meets(place, West, East, parameters)
            : $"({Meets(place, West, 180, parameters)} or {Meets(place, -180, East, parameters)})";

    private string Meets(string place, double west, double east, SqlParameters parameters)
    {
        string Number(double value) => parameters.Add(value, EdmPrimitiveTypeKind.Double);
        string box = $"st_makeenvelope({Number(west)}, {Number(South)}, {Number(east)}, {Number(North)}";
        if (Crs.Code == 4326)
            return $"st_intersects({place}::geometry, {box}, 4326))";
        // Straight in its own system a side is bent in degrees: it goes over point by point.
        double piece = Math.Max(Math.Max(east - west, North - South) / 32, Crs.Degrees ? 0.001 : 10);
        string projection = parameters.Add(Crs.Projection, EdmPrimitiveTypeKind.String);
        return $"st_intersects({place}::geometry, st_setsrid(st_transform(st_segmentize({box}), {Number(piece)}), {projection}, 'EPSG:4326'), 4326))";
    }
}
