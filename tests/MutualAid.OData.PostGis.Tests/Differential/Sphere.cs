namespace MutualAid.OData.PostGis.Tests.Differential;

/// <summary>Distances and crossings on the sphere, reckoned with vectors.</summary>
public static class Sphere
{
    public const double Radius = 6_371_008.7714150598;

    /// <summary>The great circle's metres between two places, by the haversine.</summary>
    public static double Between(Position one, Position other)
    {
        var (lat1, lat2) = (Radians(one.Latitude), Radians(other.Latitude));
        double half = Math.Sin((lat2 - lat1) / 2);
        double turn = Math.Sin(Radians(other.Longitude - one.Longitude) / 2);
        double h = (half * half) + (Math.Cos(lat1) * Math.Cos(lat2) * turn * turn);
        return 2 * Radius * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }

    public static double Length(Shape line) => line.Points.Zip(line.Points.Skip(1), Between).Sum();

    /// <summary>The shortest way from a place to a shape; within a polygon 0.</summary>
    public static double Distance(Position place, Shape shape) =>
        shape.Kind switch
        {
            Kind.GeographyPoint => Between(place, shape.Points[0]),
            Kind.GeographyPolygon when Inside(place, shape) => 0,
            _ => shape.Points.Zip(shape.Points.Skip(1)).Min(edge => ToEdge(place, edge.First, edge.Second)),
        };

    public static bool Intersects(Shape one, Shape other)
    {
        if (one.Kind == Kind.GeographyPoint)
            return Touches(one.Points[0], other);
        if (other.Kind == Kind.GeographyPoint)
            return Touches(other.Points[0], one);
        return one.Points.Any(place => Touches(place, other))
            || other.Points.Any(place => Touches(place, one))
            || Edges(one).Any(edge => Edges(other).Any(across => Cross(edge, across)));
    }

    // On a border two ways of reckoning may differ.
    private static bool Touches(Position place, Shape shape)
    {
        if (shape.Kind is Kind.GeographyPoint)
            return place == shape.Points[0]
                || (Between(place, shape.Points[0]) < 1 ? throw new DoubtfulException("near") : false);
        if (shape.Points.Contains(place))
            return true;
        double border = shape
            .Points.Zip(shape.Points.Skip(1))
            .Min(edge => ToEdge(place, edge.First, edge.Second));
        return border < 1
            ? throw new DoubtfulException("near")
            : shape.Kind == Kind.GeographyPolygon && Inside(place, shape);
    }

    private static IEnumerable<(Position From, Position To)> Edges(Shape shape) =>
        shape.Points.Zip(shape.Points.Skip(1));

    private static bool Cross((Position From, Position To) one, (Position From, Position To) other)
    {
        var origin = one.From;
        var (a, b, c, d) = (
            Flat(one.From, origin),
            Flat(one.To, origin),
            Flat(other.From, origin),
            Flat(other.To, origin)
        );
        return Side(a, b, c) * Side(a, b, d) < 0 && Side(c, d, a) * Side(c, d, b) < 0;
    }

    private static double Side(
        (double X, double Y) from,
        (double X, double Y) to,
        (double X, double Y) place
    ) => ((to.X - from.X) * (place.Y - from.Y)) - ((to.Y - from.Y) * (place.X - from.X));

    private static bool Inside(Position place, Shape polygon)
    {
        bool inside = false;
        var ring = polygon.Points.Select(point => Flat(point, place)).ToList();
        for (int at = 0; at < ring.Count - 1; at++)
        {
            var (one, other) = (ring[at], ring[at + 1]);
            if (one.Y > 0 != other.Y > 0 && one.X - (one.Y * (other.X - one.X) / (other.Y - one.Y)) > 0)
                inside = !inside;
        }
        return inside;
    }

    // The gnomonic projection: great circles are straight lines in it.
    private static (double X, double Y) Flat(Position place, Position centre)
    {
        var (lat, lat0) = (Radians(place.Latitude), Radians(centre.Latitude));
        double turn = Radians(place.Longitude - centre.Longitude);
        double near = (Math.Sin(lat0) * Math.Sin(lat)) + (Math.Cos(lat0) * Math.Cos(lat) * Math.Cos(turn));
        return (
            Math.Cos(lat) * Math.Sin(turn) / near,
            ((Math.Cos(lat0) * Math.Sin(lat)) - (Math.Sin(lat0) * Math.Cos(lat) * Math.Cos(turn))) / near
        );
    }

    private static double ToEdge(Position place, Position from, Position to)
    {
        double ends = Math.Min(Between(place, from), Between(place, to));
        if (from == to)
            return ends;
        var (p, a, b) = (Vector(place), Vector(from), Vector(to));
        var normal = Cross(a, b);
        // Within the edge's lune the foot of the perpendicular lies on the edge.
        if (Dot(Cross(normal, a), p) <= 0 || Dot(Cross(b, normal), p) <= 0)
            return ends;
        return Radius * Math.Abs(Math.Asin(Dot(normal, p) / Math.Sqrt(Dot(normal, normal))));
    }

    private static (double X, double Y, double Z) Vector(Position place)
    {
        var (lat, lon) = (Radians(place.Latitude), Radians(place.Longitude));
        return (Math.Cos(lat) * Math.Cos(lon), Math.Cos(lat) * Math.Sin(lon), Math.Sin(lat));
    }

    private static (double X, double Y, double Z) Cross(
        (double X, double Y, double Z) a,
        (double X, double Y, double Z) b
    ) => ((a.Y * b.Z) - (a.Z * b.Y), (a.Z * b.X) - (a.X * b.Z), (a.X * b.Y) - (a.Y * b.X));

    private static double Dot((double X, double Y, double Z) a, (double X, double Y, double Z) b) =>
        (a.X * b.X) + (a.Y * b.Y) + (a.Z * b.Z);

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
