namespace MutualAid.Matching.Flow;

/// <summary>
/// The offers by place: a k-d tree (Bentley 1975) over points of the unit sphere in space, so that neither the antimeridian
/// nor the poles are special. Each node knows the least price and the greatest reach below it, and so what no offer there can
/// beat: a request sees the few offers that could improve its plan, not the thousands within reach.
/// </summary>
internal sealed class OfferTree
{
    private const int LeafOffers = 8;
    private readonly PlacedProblem problem;
    private readonly int[] offers; // a leaf's offers lie together
    private readonly (double X, double Y, double Z)[] points; // in the order of offers
    private readonly double[] box; // six numbers a node: least and greatest x, y, z
    private readonly double[] reach; // by node
    private readonly long[] leastPrice; // by node
    private long[] prices;

    public OfferTree(PlacedProblem problem)
    {
        this.problem = problem;
        int count = problem.Capacity.Length;
        offers = [.. Enumerable.Range(0, count)];
        points =
        [
            .. offers.Select(offer =>
                UnitSphere(problem.OfferLongitude[offer], problem.OfferLatitude[offer])
            ),
        ];
        int nodes = 1;
        for (int size = count; size > LeafOffers; size = (size + 1) / 2)
            nodes = 2 * nodes + 1;
        box = new double[6 * nodes];
        reach = new double[nodes];
        leastPrice = new long[nodes];
        prices = new long[count];
        Build(0, 0, count);
    }

    /// <summary>Takes new prices, one an offer.</summary>
    public void Reprice(long[] newPrices)
    {
        prices = newPrices;
        LeastPrice(0, 0, offers.Length);
    }

    /// <summary>Adds the offers within reach of a place whose cost plus price is least, at most so many, and below a limit.</summary>
    public void Cheapest(double longitude, double latitude, int units, long limit, Candidates found)
    {
        if (offers.Length > 0)
            Walk(
                0,
                0,
                offers.Length,
                new Seeker(longitude, latitude, UnitSphere(longitude, latitude), units, limit),
                found
            );
    }

    private void Walk(int node, int start, int end, in Seeker seeker, Candidates found)
    {
        if (CannotBeat(node, seeker, found))
            return;
        if (end - start <= LeafOffers)
        {
            for (int at = start; at < end; at++)
                Look(offers[at], seeker, found);
            return;
        }
        int middle = (start + end) / 2;
        // The nearer half first: what it yields rules out more of the other.
        bool left = Chord(2 * node + 1, seeker.Point) <= Chord(2 * node + 2, seeker.Point);
        if (left)
            Walk(2 * node + 1, start, middle, seeker, found);
        Walk(2 * node + 2, middle, end, seeker, found);
        if (!left)
            Walk(2 * node + 1, start, middle, seeker, found);
    }

    private bool CannotBeat(int node, in Seeker seeker, Candidates found)
    {
        // Rounding must not rule out what lies exactly on the edge: a millimetre and a millionth less.
        double metres = Math.Max(0, Sphere.ChordMetres(Chord(node, seeker.Point)) * (1 - 1e-6) - 1e-3);
        return metres > reach[node]
            || problem.CostOfMetres(metres) + leastPrice[node] >= Math.Min(seeker.Limit, found.Worst);
    }

    private void Look(int offer, in Seeker seeker, Candidates found)
    {
        if (problem.Capacity[offer] < seeker.LeastCapacity)
            return;
        double metres = Sphere.Metres(
            seeker.Longitude,
            seeker.Latitude,
            problem.OfferLongitude[offer],
            problem.OfferLatitude[offer]
        );
        if (metres > problem.ReachMetres[offer])
            return;
        long cost = problem.CostOfMetres(metres);
        if (cost + prices[offer] < seeker.Limit)
            found.Add(offer, cost, cost + prices[offer]);
    }

    private void Build(int node, int start, int end)
    {
        Span<double> limits = box.AsSpan(6 * node, 6);
        limits[..3].Fill(double.MaxValue);
        limits[3..].Fill(double.MinValue);
        for (int at = start; at < end; at++)
        {
            var (x, y, z) = points[at];
            (limits[0], limits[1], limits[2]) = (
                Math.Min(limits[0], x),
                Math.Min(limits[1], y),
                Math.Min(limits[2], z)
            );
            (limits[3], limits[4], limits[5]) = (
                Math.Max(limits[3], x),
                Math.Max(limits[4], y),
                Math.Max(limits[5], z)
            );
            reach[node] = Math.Max(reach[node], problem.ReachMetres[offers[at]]);
        }
        if (end - start <= LeafOffers)
            return;
        var (wide, deep, high) = (limits[3] - limits[0], limits[4] - limits[1], limits[5] - limits[2]);
        double[] keys =
            wide >= deep && wide >= high ? [.. points[start..end].Select(point => point.X)]
            : deep >= high ? [.. points[start..end].Select(point => point.Y)]
            : [.. points[start..end].Select(point => point.Z)];
        int[] order = [.. Enumerable.Range(start, end - start)];
        Array.Sort(keys, order);
        var (sortedOffers, sortedPoints) = (
            Array.ConvertAll(order, at => offers[at]),
            Array.ConvertAll(order, at => points[at])
        );
        sortedOffers.CopyTo(offers, start);
        sortedPoints.CopyTo(points, start);
        int middle = (start + end) / 2;
        Build(2 * node + 1, start, middle);
        Build(2 * node + 2, middle, end);
    }

    private long LeastPrice(int node, int start, int end)
    {
        long least = long.MaxValue;
        if (end - start <= LeafOffers)
            for (int at = start; at < end; at++)
                least = Math.Min(least, prices[offers[at]]);
        else
            least = Math.Min(
                LeastPrice(2 * node + 1, start, (start + end) / 2),
                LeastPrice(2 * node + 2, (start + end) / 2, end)
            );
        return leastPrice[node] = least;
    }

    // The length of the straight line from a point to the nearest point of a node's box.
    private double Chord(int node, (double X, double Y, double Z) point)
    {
        double x = Math.Max(0, Math.Max(box[6 * node] - point.X, point.X - box[6 * node + 3]));
        double y = Math.Max(0, Math.Max(box[6 * node + 1] - point.Y, point.Y - box[6 * node + 4]));
        double z = Math.Max(0, Math.Max(box[6 * node + 2] - point.Z, point.Z - box[6 * node + 5]));
        return Math.Sqrt(x * x + y * y + z * z);
    }

    private static (double X, double Y, double Z) UnitSphere(double longitude, double latitude)
    {
        var (sinEast, cosEast) = Math.SinCos(double.DegreesToRadians(longitude));
        var (sinNorth, cosNorth) = Math.SinCos(double.DegreesToRadians(latitude));
        return (cosNorth * cosEast, cosNorth * sinEast, sinNorth);
    }

    private readonly record struct Seeker(
        double Longitude,
        double Latitude,
        (double X, double Y, double Z) Point,
        int LeastCapacity,
        long Limit
    );
}
