using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Benchmarks;

/// <summary>
/// A square of 40 km in which requests and offers crowd around the same 200 places (Gaussian, σ 900 m), or lie uniformly.
/// Every request wants one unit, an offer gives 1 to 3; the cost is the distance in metres, of an unmet unit 1,000,000.
/// </summary>
internal sealed class City
{
    internal const long UnmetCost = 1_000_000;
    private const double SideMetres = 40_000;
    private const int Clusters = 200;
    private const double SpreadMetres = 900;
    private readonly Random random;
    private readonly (double East, double North)[] centres;

    internal City(int requests, int offers, bool clustered, int seed)
    {
        random = new Random(seed);
        centres = [.. Enumerable.Range(0, clustered ? Clusters : 0).Select(_ => Anywhere())];
        Requests = [.. Enumerable.Range(0, requests).Select(_ => Place())];
        Offers = [.. Enumerable.Range(0, offers).Select(_ => Place())];
        Capacity = [.. Enumerable.Range(0, offers).Select(_ => random.Next(1, 4))];
    }

    private (double East, double North)[] Requests { get; }
    private (double East, double North)[] Offers { get; }
    private int[] Capacity { get; }

    /// <summary>The problem in which each request has arcs to its so many nearest offers.</summary>
    internal FlowProblem Nearest(int count)
    {
        const double cellMetres = 500;
        var cells = Offers
            .Select(
                (at, offer) =>
                    (
                        Cell: ((int)Math.Floor(at.East / cellMetres), (int)Math.Floor(at.North / cellMetres)),
                        offer
                    )
            )
            .GroupBy(one => one.Cell, one => one.offer)
            .ToDictionary(cell => cell.Key, cell => cell.ToArray());
        count = Math.Min(count, Offers.Length);
        var arcOffer = new int[Requests.Length * count];
        var arcCost = new long[arcOffer.Length];
        var near = new List<(double Metres, int Offer)>();
        for (int request = 0; request < Requests.Length; request++)
        {
            var at = Requests[request];
            var (column, row) = (
                (int)Math.Floor(at.East / cellMetres),
                (int)Math.Floor(at.North / cellMetres)
            );
            near.Clear();
            // Ring after ring; what a ring r leaves out is farther than r cells.
            for (int ring = 0; ; ring++)
            {
                for (int x = column - ring; x <= column + ring; x++)
                for (
                    int y = row - ring;
                    y <= row + ring;
                    y += Math.Abs(x - column) == ring || ring == 0 ? 1 : 2 * ring
                )
                    if (cells.TryGetValue((x, y), out var there))
                        foreach (int offer in there)
                            near.Add((Metres(at, Offers[offer]), offer));
                if (near.Count(one => one.Metres <= ring * cellMetres) >= count)
                    break;
            }
            near.Sort();
            for (int k = 0; k < count; k++)
            {
                arcOffer[request * count + k] = near[k].Offer;
                arcCost[request * count + k] = (long)Math.Round(near[k].Metres);
            }
        }
        return Problem(
            [.. Enumerable.Range(0, Requests.Length + 1).Select(at => at * count)],
            arcOffer,
            arcCost
        );
    }

    /// <summary>The same places as degrees around Hà Nội, with a reach that lets each request see so many offers on average.</summary>
    internal PlacedProblem Placed(int offersInReach)
    {
        double[] sample = new double[100_000];
        for (int at = 0; at < sample.Length; at++)
            sample[at] = Metres(Requests[random.Next(Requests.Length)], Offers[random.Next(Offers.Length)]);
        Array.Sort(sample);
        double reachMetres = sample[(int)((long)sample.Length * offersInReach / Offers.Length)];
        return new PlacedProblem
        {
            RequestLongitude = [.. Requests.Select(Longitude)],
            RequestLatitude = [.. Requests.Select(Latitude)],
            OfferLongitude = [.. Offers.Select(Longitude)],
            OfferLatitude = [.. Offers.Select(Latitude)],
            ReachMetres = [.. Offers.Select(_ => reachMetres)],
            Units = [.. Requests.Select(_ => 1)],
            Divisible = [.. Requests.Select(_ => true)],
            UnmetCost = [.. Requests.Select(_ => UnmetCost)],
            Capacity = Capacity,
            CostOfMetres = metres => (long)Math.Round(metres),
        };
    }

    // 111,195 m to a degree of latitude; the longitude's degrees shrink with the cosine of 21.03°.
    private static double Latitude((double East, double North) at) => 21.03 + at.North / 111_195;

    private static double Longitude((double East, double North) at) =>
        105.85 + at.East / (111_195 * Math.Cos(double.DegreesToRadians(21.03)));

    private FlowProblem Problem(int[] arcStart, int[] arcOffer, long[] arcCost) =>
        new()
        {
            Units = [.. Requests.Select(_ => 1)],
            Divisible = [.. Requests.Select(_ => true)],
            UnmetCost = [.. Requests.Select(_ => UnmetCost)],
            Capacity = Capacity,
            ArcStart = arcStart,
            ArcOffer = arcOffer,
            ArcCost = arcCost,
        };

    private static double Metres((double East, double North) a, (double East, double North) b) =>
        Math.Sqrt((a.East - b.East) * (a.East - b.East) + (a.North - b.North) * (a.North - b.North));

    private (double East, double North) Anywhere() =>
        (random.NextDouble() * SideMetres, random.NextDouble() * SideMetres);

    private (double East, double North) Place()
    {
        if (centres.Length == 0)
            return Anywhere();
        var (east, north) = centres[random.Next(centres.Length)];
        // Box and Muller's transform: two independent normal deviates out of two uniform ones.
        double radius = SpreadMetres * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
        double angle = 2 * Math.PI * random.NextDouble();
        return (east + radius * Math.Cos(angle), north + radius * Math.Sin(angle));
    }
}
