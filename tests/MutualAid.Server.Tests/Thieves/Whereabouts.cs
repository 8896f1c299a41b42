using MutualAid.Matching;

namespace MutualAid.Server.Tests.Thieves;

/// <summary>
/// Where in its published cell a need may be, as likelihoods over a lattice: what has been seen multiplies them, and the mean
/// is the best estimate.
/// </summary>
internal sealed class Whereabouts
{
    private const int Steps = 25;
    private const double HalfCellMetres = 125;

    // What a thief grants to chance: a need that was in reach and asked of nobody, a few metres of rounding and of the lattice.
    private const double Doubt = 0.02;
    private const double RoundingMetres = 5;

    private readonly double[] lons = new double[Steps * Steps];
    private readonly double[] lats = new double[Steps * Steps];
    private readonly double[] logs = new double[Steps * Steps];

    public Whereabouts(double lon, double lat)
    {
        double latMetres = Spheroid.Metres(lon, lat, lon, lat + 0.01) * 100;
        double lonMetres = Spheroid.Metres(lon, lat, lon + 0.01, lat) * 100;
        for (int i = 0; i < logs.Length; i++)
        {
            lons[i] = lon + Step(i % Steps) / lonMetres;
            lats[i] = lat + Step(i / Steps) / latMetres;
        }
    }

    /// <summary>The mean over all likely spots, in degrees.</summary>
    public (double Lon, double Lat) Estimate
    {
        get
        {
            var (sum, lon, lat) = (0d, 0d, 0d);
            double most = logs.Max();
            for (int i = 0; i < logs.Length; i++)
            {
                double weight = Math.Exp(logs[i] - most);
                sum += weight;
                lon += weight * lons[i];
                lat += weight * lats[i];
            }
            return (lon / sum, lat / sum);
        }
    }

    /// <summary>It is so many metres from there.</summary>
    /// <param name="metres">A way to measure: the matcher's and the lists' differ by a thousandth.</param>
    public void Away(double seen, Func<double, double, double> metres)
    {
        for (int i = 0; i < logs.Length; i++)
        {
            double error = (metres(lons[i], lats[i]) - seen) / RoundingMetres;
            logs[i] -= error * error / 2;
        }
    }

    /// <summary>It was, or was not, within so many metres of there.</summary>
    public void Reached(bool reached, double reach, double fromLon, double fromLat)
    {
        for (int i = 0; i < logs.Length; i++)
        {
            bool within = Spheroid.Metres(fromLon, fromLat, lons[i], lats[i]) <= reach;
            logs[i] += Math.Log(within == reached ? 1 - Doubt : Doubt);
        }
    }

    /// <summary>The reach from there that half of what is likely lies within: the question that tells most.</summary>
    public double HalvingReach(double fromLon, double fromLat)
    {
        double most = logs.Max();
        var spots = Enumerable
            .Range(0, logs.Length)
            .Select(i =>
                (
                    Metres: Spheroid.Metres(fromLon, fromLat, lons[i], lats[i]),
                    Weight: Math.Exp(logs[i] - most)
                )
            )
            .OrderBy(spot => spot.Metres)
            .ToList();
        double half = spots.Sum(spot => spot.Weight) / 2;
        foreach (var (metres, weight) in spots)
            if ((half -= weight) <= 0)
                return metres;
        return spots[^1].Metres;
    }

    private static double Step(int number) => ((number + 0.5) / Steps * 2 - 1) * HalfCellMetres;
}
