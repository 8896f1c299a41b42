using System.Globalization;
using System.Text;
using Microsoft.Spatial;

namespace MutualAid.OData.PostGis.Sql;

/// <summary>
/// A parsed geography as EWKT, longitude first, for PostGIS to read. (Microsoft's <c>GeographyPoint.Create</c> takes latitude
/// first; the text, and everything here, does not.)
/// </summary>
internal static class GeographyText
{
    /// <exception cref="ODataFailure">400: another reference system than 4326, a coordinate off the Earth, too many points.</exception>
    public static string Of(Geography shape, ODataLimits limits)
    {
        int? srid = shape.CoordinateSystem.EpsgId;
        if (srid is not (4326 or 0 or null))
            throw ODataFailure.Malformed($"A geography is in SRID 4326 here, not {srid}.");
        var text = new StringBuilder("SRID=4326;");
        int points = 0;
        Write(shape);
        return text.ToString();

        void Write(Geography geography)
        {
            switch (geography)
            {
                case GeographyPoint { IsEmpty: true }:
                    throw ODataFailure.Malformed("A point needs a longitude and a latitude.");
                case GeographyPoint point:
                    text.Append("POINT(");
                    Point(point);
                    text.Append(')');
                    break;
                case GeographyLineString line:
                    text.Append("LINESTRING");
                    Ring(line);
                    break;
                case GeographyPolygon polygon:
                    text.Append("POLYGON");
                    Rings(polygon);
                    break;
                case GeographyMultiPoint many:
                    Parts("MULTIPOINT", many.Points);
                    break;
                case GeographyMultiLineString many:
                    Parts("MULTILINESTRING", many.LineStrings);
                    break;
                case GeographyMultiPolygon many:
                    Parts("MULTIPOLYGON", many.Polygons);
                    break;
                case GeographyCollection many:
                    Parts("GEOMETRYCOLLECTION", many.Geographies);
                    break;
                default:
                    throw ODataFailure.NotImplemented($"A geography of type {geography.GetType().Name}");
            }
        }

        void Parts(string name, IEnumerable<Geography> parts)
        {
            text.Append(name).Append('(');
            int start = text.Length;
            foreach (var part in parts)
            {
                if (text.Length > start)
                    text.Append(',');
                // The parts of MULTI… have no names of their own.
                int before = text.Length;
                Write(part);
                if (name != "GEOMETRYCOLLECTION")
                {
                    int named = before;
                    while (char.IsAsciiLetterUpper(text[named]))
                        named++;
                    text.Remove(before, named - before);
                }
            }
            text.Append(')');
        }

        void Rings(GeographyPolygon polygon)
        {
            text.Append('(');
            for (int at = 0; at < polygon.Rings.Count; at++)
            {
                if (at > 0)
                    text.Append(',');
                var ring = polygon.Rings[at];
                if (ring.Points.Count < 4 || !Same(ring.Points[0], ring.Points[^1]))
                    throw ODataFailure.Malformed(
                        "A polygon's ring has at least four points, and its last is its first."
                    );
                Ring(ring);
            }
            text.Append(')');
        }

        void Ring(GeographyLineString line)
        {
            if (line.Points.Count < 2)
                throw ODataFailure.Malformed("A line has at least two points.");
            text.Append('(');
            for (int at = 0; at < line.Points.Count; at++)
            {
                if (at > 0)
                    text.Append(',');
                Point(line.Points[at]);
            }
            text.Append(')');
        }

        void Point(GeographyPoint point)
        {
            if (
                !(point.Longitude is >= -180 and <= 180 && point.Latitude is >= -90 and <= 90)
                || ++points > limits.Points
            )
                throw points > limits.Points
                    ? ODataFailure.TooMuch($"A geography has at most {limits.Points} points here.")
                    : ODataFailure.Malformed(
                        "A position is longitude, then latitude: -180 to 180 and -90 to 90 degrees."
                    );
            text.Append(CultureInfo.InvariantCulture, $"{point.Longitude:R} {point.Latitude:R}");
        }
    }

    private static bool Same(GeographyPoint one, GeographyPoint other) =>
        one.Longitude.Equals(other.Longitude) && one.Latitude.Equals(other.Latitude);
}
