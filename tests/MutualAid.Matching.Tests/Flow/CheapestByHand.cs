using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Tests.Flow;

/// <summary>
/// The least cost, found slowly and plainly: one unit after another along a cheapest path (Bellman and Ford) through a graph
/// with a source, a sink and an edge for "unmet". Takes every request for divisible.
/// </summary>
internal sealed class CheapestByHand
{
    private readonly List<(int From, int To, long Cost)> edges = [];
    private readonly List<long> left = [];

    internal static Int128 Cost(FlowProblem problem)
    {
        var graph = new CheapestByHand();
        int source = problem.RequestCount + problem.OfferCount;
        int sink = source + 1;
        for (int request = 0; request < problem.RequestCount; request++)
        {
            graph.Add(source, request, problem.Units[request], 0);
            graph.Add(request, sink, problem.Units[request], problem.UnmetCost[request]);
            for (int arc = problem.ArcStart[request]; arc < problem.ArcStart[request + 1]; arc++)
                if (problem.CanCarry(request, arc))
                    graph.Add(
                        request,
                        problem.RequestCount + problem.ArcOffer[arc],
                        int.MaxValue,
                        problem.ArcCost[arc]
                    );
        }
        for (int offer = 0; offer < problem.OfferCount; offer++)
            graph.Add(problem.RequestCount + offer, sink, problem.Capacity[offer], 0);
        return graph.Send(source, sink);
    }

    private void Add(int from, int to, long capacity, long cost)
    {
        edges.Add((from, to, cost));
        left.Add(capacity);
        edges.Add((to, from, -cost));
        left.Add(0);
    }

    private Int128 Send(int source, int sink)
    {
        Int128 total = 0;
        while (true)
        {
            var cost = new long?[sink + 1];
            var by = new int[sink + 1];
            cost[source] = 0;
            for (bool changed = true; changed; )
            {
                changed = false;
                for (int edge = 0; edge < edges.Count; edge++)
                {
                    var (from, to, step) = edges[edge];
                    if (left[edge] == 0 || cost[from] is not { } here || cost[to] <= here + step)
                        continue;
                    cost[to] = here + step;
                    by[to] = edge;
                    changed = true;
                }
            }
            if (cost[sink] is not { } path)
                return total;
            long units = long.MaxValue;
            for (int at = sink; at != source; at = edges[by[at]].From)
                units = Math.Min(units, left[by[at]]);
            for (int at = sink; at != source; at = edges[by[at]].From)
            {
                left[by[at]] -= units;
                left[by[at] ^ 1] += units;
            }
            total += (Int128)units * path;
        }
    }
}
