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
    private readonly UnitSphere.Point[] points; // in the order of offers
    private readonly Box[] box; // by node
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
                UnitSphere.At(problem.OfferLongitude[offer], problem.OfferLatitude[offer])
            ),
        ];
        int nodes = 1;
        for (int size = count; size > LeafOffers; size = (size + 1) / 2)
            nodes = 2 * nodes + 1;
        box = new Box[nodes];
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
                new Seeker(longitude, latitude, UnitSphere.At(longitude, latitude), units, limit),
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
        bool left = box[2 * node + 1].Square(seeker.Point) <= box[2 * node + 2].Square(seeker.Point);
        if (left)
            Walk(2 * node + 1, start, middle, seeker, found);
        Walk(2 * node + 2, middle, end, seeker, found);
        if (!left)
            Walk(2 * node + 1, start, middle, seeker, found);
    }

    private bool CannotBeat(int node, in Seeker seeker, Candidates found)
    {
        // Rounding must not rule out what lies exactly on the edge: a millimetre and a millionth less.
        double chord = Math.Sqrt(box[node].Square(seeker.Point));
        double metres = Math.Max(0, Sphere.ChordMetres(chord) * (1 - 1e-6) - 1e-3);
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
        var limits = new Box();
        for (int at = start; at < end; at++)
        {
            limits.Add(points[at]);
            reach[node] = Math.Max(reach[node], problem.ReachMetres[offers[at]]);
        }
        box[node] = limits;
        if (end - start <= LeafOffers)
            return;
        int axis = limits.Halves().Axis;
        double[] keys = [.. points[start..end].Select(point => point.Along(axis))];
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

    private readonly record struct Seeker(
        double Longitude,
        double Latitude,
        UnitSphere.Point Point,
        int LeastCapacity,
        long Limit
    );
}
