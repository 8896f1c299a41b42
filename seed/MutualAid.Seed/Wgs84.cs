using NetTopologySuite.Geometries;

namespace MutualAid.Seed;

/// <summary>Longitude first, degrees, SRID 4326.</summary>
public static class Wgs84
{
    public static readonly GeometryFactory Factory = new(new PrecisionModel(), 4326);

    /// <summary>Metres in a degree of latitude: 2π · 6,371,009 m / 360.</summary>
    public const double MetresInADegree = 111_195;

    /// <summary>Metres, as if the earth were flat between the two: right to 0.1 % within a city.</summary>
    public static double Metres(Coordinate a, Coordinate b)
    {
        double dy = (b.Y - a.Y) * MetresInADegree;
        double dx = (b.X - a.X) * MetresInADegree * Math.Cos((a.Y + b.Y) / 2 * Math.PI / 180);
        return Math.Sqrt(dx * dx + dy * dy);
    }
}
