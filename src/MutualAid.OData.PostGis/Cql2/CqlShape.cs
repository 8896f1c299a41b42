using System.Globalization;
using System.Text;

namespace MutualAid.OData.PostGis.Cql2;

/// <summary>What the coordinates of a filter's geometries are: which system, and which of them comes first.</summary>
/// <param name="System">As PROJ names it, such as <c>EPSG:4326</c>.</param>
/// <param name="NorthFirst">Latitude, or the northing, is written first.</param>
/// <param name="Degrees">Longitudes and latitudes.</param>
public sealed record CqlPlane(string System, bool NorthFirst, bool Degrees)
{
    /// <summary>CRS84: longitude, latitude.</summary>
    public static readonly CqlPlane LonLat = new("EPSG:4326", NorthFirst: false, Degrees: true);
}

/// <summary>East and north; or north and east, as long as the plane has not been asked.</summary>
internal readonly record struct CqlPosition(double First, double Second);

/// <summary>A geometry as it was written: a point or line or ring has positions, everything else has parts.</summary>
/// <param name="Type">As WKT names it, in capitals; <c>RING</c> within a polygon.</param>
internal sealed record CqlShape(
    string Type,
    IReadOnlyList<CqlPosition> Positions,
    IReadOnlyList<CqlShape> Parts,
    int At
)
{
    public const string Ring = "RING";

    /// <summary>What a part of this type of geometry is; null: it has positions, or parts of any type.</summary>
    public static string? PartOf(string type) =>
        type switch
        {
            "POLYGON" => Ring,
            "MULTIPOINT" => "POINT",
            "MULTILINESTRING" => "LINESTRING",
            "MULTIPOLYGON" => "POLYGON",
            _ => null,
        };

    /// <summary>A box by its corners, with or without heights; one that is turned over in longitude lies over 180°.</summary>
    public static CqlShape Box(IReadOnlyList<double> corners, CqlPlane plane, int at)
    {
        if (corners.Count is not (4 or 6))
            throw new CqlException(CqlFault.Geometry, at, "BBOX");
        int dimensions = corners.Count / 2;
        var (west, south, east, north) = plane.NorthFirst
            ? (corners[1], corners[0], corners[dimensions + 1], corners[dimensions])
            : (corners[0], corners[1], corners[dimensions], corners[dimensions + 1]);
        if (south > north || (west > east && !plane.Degrees))
            throw new CqlException(CqlFault.Geometry, at, "BBOX");
        CqlShape Rectangle(double from, double to)
        {
            CqlPosition Corner(double x, double y) => plane.NorthFirst ? new(y, x) : new(x, y);
            CqlPosition[] ring =
            [
                Corner(from, south),
                Corner(to, south),
                Corner(to, north),
                Corner(from, north),
                Corner(from, south),
            ];
            return new("POLYGON", [], [new CqlShape(Ring, ring, [], at)], at);
        }
        return west <= east
            ? Rectangle(west, east)
            : new("MULTIPOLYGON", [], [Rectangle(west, 180), Rectangle(-180, east)], at);
    }

    /// <summary>WKT with the easting or longitude first, written anew from the numbers.</summary>
    /// <exception cref="CqlException">Too few points, an open ring, degrees that are none.</exception>
    public string Wkt(CqlPlane plane)
    {
        var text = new StringBuilder(Type);
        Write(text, plane);
        return text.ToString();
    }

    private void Write(StringBuilder text, CqlPlane plane)
    {
        int least = Type switch
        {
            "POINT" => 1,
            "LINESTRING" => 2,
            Ring => 4,
            _ => 0,
        };
        bool open = Type == Ring && Positions.Count > 0 && Positions[0] != Positions[^1];
        if (
            Positions.Count < least
            || (Type == "POINT" && Positions.Count > 1)
            || open
            || (least == 0 && Parts.Count == 0)
        )
            throw new CqlException(CqlFault.Geometry, At, Type);
        text.Append('(');
        for (int i = 0; i < Positions.Count; i++)
        {
            var (x, y) = plane.NorthFirst
                ? (Positions[i].Second, Positions[i].First)
                : (Positions[i].First, Positions[i].Second);
            if (
                !double.IsFinite(x)
                || !double.IsFinite(y)
                || (plane.Degrees && (Math.Abs(x) > 180 || Math.Abs(y) > 90))
            )
                throw new CqlException(CqlFault.Geometry, At, Type);
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : ",")}{x:R} {y:R}");
        }
        for (int i = 0; i < Parts.Count; i++)
        {
            if (i > 0)
                text.Append(',');
            if (Type == "GEOMETRYCOLLECTION")
                text.Append(Parts[i].Type);
            Parts[i].Write(text, plane);
        }
        text.Append(')');
    }
}
