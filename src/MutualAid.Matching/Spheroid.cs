namespace MutualAid.Matching;

/// <summary>Distances on the WGS 84 spheroid, as the database computes them: whether a place is within reach has one answer.</summary>
public static class Spheroid
{
    private const double SemiMajorMetres = 6_378_137;
    private const double EccentricitySquared = 0.006_694_379_990_14;

    /// <summary>
    /// Metres between two points given in degrees, by Gauss's mid-latitude formula: a plane triangle with the spheroid's two
    /// radii of curvature at the middle latitude. Within a decimetre of the geodesic up to 50 km, away from the poles.
    /// </summary>
    public static double Metres(
        double longitude,
        double latitude,
        double otherLongitude,
        double otherLatitude
    )
    {
        double sine = Math.Sin(double.DegreesToRadians((latitude + otherLatitude) / 2));
        double w = 1 - EccentricitySquared * sine * sine;
        double primeVertical = SemiMajorMetres / Math.Sqrt(w);
        double meridional = primeVertical * (1 - EccentricitySquared) / w;
        double east = Math.IEEERemainder(otherLongitude - longitude, 360);
        double x = double.DegreesToRadians(east) * primeVertical * Math.Sqrt(1 - sine * sine);
        double y = double.DegreesToRadians(otherLatitude - latitude) * meridional;
        return Math.Sqrt(x * x + y * y);
    }
}
