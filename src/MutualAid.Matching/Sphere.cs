namespace MutualAid.Matching;

/// <summary>Distances on a sphere of 6,371,008.8 m: within 0.6 % of the spheroid's, enough to say what lies near each other.</summary>
public static class Sphere
{
    private const double RadiusMetres = 6_371_008.8;

    /// <summary>Metres between two points given in degrees (haversine, which is exact for small distances too).</summary>
    public static double Metres(
        double longitude,
        double latitude,
        double otherLongitude,
        double otherLatitude
    )
    {
        double a = double.DegreesToRadians(latitude);
        double b = double.DegreesToRadians(otherLatitude);
        double north = Math.Sin((b - a) / 2);
        double east = Math.Sin(double.DegreesToRadians(otherLongitude - longitude) / 2);
        double h = north * north + Math.Cos(a) * Math.Cos(b) * east * east;
        return 2 * RadiusMetres * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }

    /// <summary>The straight line, on the unit sphere, between two points so many metres apart along the surface.</summary>
    public static double Chord(double metres) =>
        2 * Math.Sin(Math.Min(Math.PI / 2, metres / (2 * RadiusMetres)));

    /// <summary>Metres along the surface between two points whose straight line has this length on the unit sphere.</summary>
    public static double ChordMetres(double chord) => 2 * RadiusMetres * Math.Asin(Math.Min(1, chord / 2));
}
