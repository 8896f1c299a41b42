namespace MutualAid.Matching.Flow;

/// <summary>The pairs listed so far, chained by request, since they come round by round.</summary>
internal sealed class PairList
{
    private readonly PlacedProblem problem;
    private readonly int[] first;
    private readonly int[] degree;
    private readonly List<(int Offer, long Cost, int Next)> pairs;

    public PairList(PlacedProblem problem)
    {
        this.problem = problem;
        first = new int[problem.Units.Length];
        degree = new int[problem.Units.Length];
        pairs = new List<(int, long, int)>(problem.Units.Length * 12);
        Array.Fill(first, -1);
    }

    public void Add(int request, Candidates candidates)
    {
        for (int at = 0; at < candidates.Count; at++)
        {
            var (offer, cost) = candidates[at];
            pairs.Add((offer, cost, first[request]));
            first[request] = pairs.Count - 1;
        }
        degree[request] += candidates.Count;
    }

    public FlowProblem ToProblem()
    {
        int[] start = new int[degree.Length + 1];
        int[] offers = new int[pairs.Count];
        long[] costs = new long[pairs.Count];
        for (int request = 0; request < degree.Length; request++)
        {
            int from = start[request];
            int next = start[request + 1] = from + degree[request];
            for (int pair = first[request]; pair >= 0; pair = pairs[pair].Next)
                (offers[--next], costs[next]) = (pairs[pair].Offer, pairs[pair].Cost);
            costs.AsSpan(from, degree[request]).Sort(offers.AsSpan(from, degree[request]));
        }
        return new FlowProblem
        {
            Units = problem.Units,
            Divisible = problem.Divisible,
            UnmetCost = problem.UnmetCost,
            Capacity = problem.Capacity,
            ArcStart = start,
            ArcOffer = offers,
            ArcCost = costs,
        };
    }
}
