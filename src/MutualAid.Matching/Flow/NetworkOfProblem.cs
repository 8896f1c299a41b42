using System.Runtime.CompilerServices;

namespace MutualAid.Matching.Flow;

/// <summary>A problem laid out for the searches, and the way back from the flow to a plan.</summary>
internal sealed class NetworkOfProblem
{
    private readonly FlowProblem problem;
    private readonly Nearby order;
    private readonly int[]? arcAt; // the problem's arc at each position; null where they kept their order and none was dropped

    public Network Network { get; }

    public NetworkOfProblem(FlowProblem problem)
    {
        this.problem = problem;
        order = new Nearby(problem);
        var requests = new RequestNode[problem.RequestCount];
        var offers = new OfferNode[problem.OfferCount];
        for (int offer = 0; offer < offers.Length; offer++)
            offers[offer].Free = problem.Capacity[order.Offers[offer]];

        for (int request = 0; request < requests.Length; request++)
        {
            requests[request].UnmetCost = problem.UnmetCost[order.Requests[request]];
            requests[request].Undecided = problem.Units[order.Requests[request]];
        }
        int[] start = new int[requests.Length + 1];
        int[] arcOffer = GC.AllocateUninitializedArray<int>(problem.ArcCount);
        long[] arcCost = GC.AllocateUninitializedArray<long>(problem.ArcCount);
        if (Plain())
            CopyRows(start, arcOffer, arcCost);
        else
        {
            arcAt = GC.AllocateUninitializedArray<int>(problem.ArcCount);
            int kept = SortRows(start, arcAt, arcCost);
            (arcAt, arcCost, arcOffer) = (arcAt[..kept], arcCost[..kept], arcOffer[..kept]);
            for (int arc = 0; arc < kept; arc++)
                arcOffer[arc] = order.OfferAt[problem.ArcOffer[arcAt[arc]]];
        }
        Network = new Network(requests, offers, start, arcOffer, arcCost);
    }

    public void StartFrom(long[] prices)
    {
        for (int offer = 0; offer < Network.Offers.Length; offer++)
            Network.Offers[offer].Price = Math.Clamp(
                prices[order.Offers[offer]],
                0,
                FlowProblem.GreatestCost
            );
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public FlowPlan Plan()
    {
        var units = new int[problem.ArcCount];
        var unmet = new int[problem.RequestCount];
        var prices = new long[problem.OfferCount];
        long objective = 0;
        long bound = 0;
        for (int request = 0; request < unmet.Length; request++)
        {
            int original = order.Requests[request];
            ref var node = ref Network.Requests[request];
            unmet[original] = node.Unmet;
            objective += node.Unmet * problem.UnmetCost[original];
            bound += problem.Units[original] * node.Value;
        }
        // Few arcs carry units, and each of those is held by its offer.
        for (int offer = 0; offer < prices.Length; offer++)
            foreach (int arc in Network.HeldArc.AsSpan(Network.HeldStart[offer], Network.Offers[offer].Held))
            {
                int request = Network.ArcRequest[arc];
                int shift = problem.ArcStart[order.Requests[request]] - Network.ArcStart[request];
                units[arcAt is null ? arc + shift : arcAt[arc]] = Network.Flow[arc];
                objective += Network.Flow[arc] * Network.ArcCost[arc];
            }
        for (int offer = 0; offer < prices.Length; offer++)
        {
            prices[order.Offers[offer]] = Network.Offers[offer].Price;
            bound -= problem.Capacity[order.Offers[offer]] * Network.Offers[offer].Price;
        }
        return new FlowPlan
        {
            ArcUnits = units,
            Unmet = unmet,
            OfferPrices = prices,
            Objective = objective,
            Bound = bound,
        };
    }

    // Whether every row is as the searches want it: sorted, and without arcs that could never save anything.
    private bool Plain()
    {
        bool plain = true;
        Chunks.Of(
            problem.RequestCount,
            (first, end) =>
            {
                if (!Plain(first, end))
                    plain = false;
            }
        );
        return plain;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Plain(int first, int end)
    {
        for (int request = first; request < end; request++)
        {
            long before = 0;
            for (int arc = problem.ArcStart[request]; arc < problem.ArcStart[request + 1]; arc++)
            {
                if (problem.ArcCost[arc] < before || !Useful(request, arc))
                    return false;
                before = problem.ArcCost[arc];
            }
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Useful(int request, int arc) =>
        problem.ArcCost[arc] < problem.UnmetCost[request] && problem.CanCarry(request, arc);

    private void CopyRows(int[] start, int[] arcOffer, long[] arcCost)
    {
        for (int request = 0; request < order.Requests.Length; request++)
        {
            int original = order.Requests[request];
            start[request + 1] = start[request] + problem.ArcStart[original + 1] - problem.ArcStart[original];
        }
        Chunks.Of(
            order.Requests.Length,
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            (first, end) =>
            {
                for (int request = first; request < end; request++)
                {
                    int from = problem.ArcStart[order.Requests[request]];
                    int to = start[request];
                    int length = start[request + 1] - to;
                    problem.ArcCost.AsSpan(from, length).CopyTo(arcCost.AsSpan(to));
                    for (int arc = 0; arc < length; arc++)
                        arcOffer[to + arc] = order.OfferAt[problem.ArcOffer[from + arc]];
                }
            }
        );
    }

    private int SortRows(int[] start, int[] arcs, long[] costs)
    {
        int next = 0;
        for (int request = 0; request < order.Requests.Length; request++)
        {
            int original = order.Requests[request];
            for (int arc = problem.ArcStart[original]; arc < problem.ArcStart[original + 1]; arc++)
                if (Useful(original, arc))
                    (arcs[next], costs[next++]) = (arc, problem.ArcCost[arc]);
            costs.AsSpan(start[request]..next).Sort(arcs.AsSpan(start[request]..next));
            start[request + 1] = next;
        }
        return next;
    }
}
