using System.Runtime.CompilerServices;

namespace MutualAid.Matching.Flow;

/// <summary>
/// An order in which requests and offers that share arcs get neighbouring positions: breadth first, from each offer to the
/// requests for which it is the cheapest, from each request to all its offers. Instances come in the order of posting, which
/// scatters every neighbourhood over the whole memory; a walk through one then misses the cache at each step.
/// </summary>
internal sealed class Nearby
{
    /// <summary>The problem's request at each position.</summary>
    public readonly int[] Requests;

    /// <summary>The problem's offer at each position.</summary>
    public readonly int[] Offers;

    /// <summary>The position of each of the problem's offers.</summary>
    public readonly int[] OfferAt;

    private readonly FlowProblem problem;
    private readonly int[] closestStart;
    private readonly int[] closest;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Nearby(FlowProblem problem)
    {
        this.problem = problem;
        Requests = new int[problem.RequestCount];
        Offers = new int[problem.OfferCount];
        OfferAt = new int[problem.OfferCount];
        closestStart = new int[problem.OfferCount + 1];
        closest = new int[problem.RequestCount];
        GroupByClosestOffer();
        Array.Fill(OfferAt, -1);
        int placedRequests = 0;
        int placedOffers = 0;
        int head = 0;
        for (int seed = 0; seed < OfferAt.Length; seed++)
        {
            if (OfferAt[seed] < 0)
                Place(seed, ref placedOffers);
            for (; head < placedOffers; head++)
            for (int at = closestStart[Offers[head]]; at < closestStart[Offers[head] + 1]; at++)
            {
                int request = closest[at];
                Requests[placedRequests++] = request;
                for (int arc = problem.ArcStart[request]; arc < problem.ArcStart[request + 1]; arc++)
                    if (OfferAt[problem.ArcOffer[arc]] < 0)
                        Place(problem.ArcOffer[arc], ref placedOffers);
            }
        }
        for (int request = 0; request < Requests.Length; request++)
            if (problem.ArcStart[request] == problem.ArcStart[request + 1])
                Requests[placedRequests++] = request;
    }

    private void Place(int offer, ref int placed)
    {
        OfferAt[offer] = placed;
        Offers[placed++] = offer;
    }

    private void GroupByClosestOffer()
    {
        int[] cheapest = new int[problem.RequestCount];
        Chunks.Of(
            cheapest.Length,
            (first, end) =>
            {
                for (int request = first; request < end; request++)
                    cheapest[request] = CheapestOffer(request);
            }
        );
        foreach (int offer in cheapest)
            if (offer >= 0)
                closestStart[offer + 1]++;
        for (int offer = 0; offer < problem.OfferCount; offer++)
            closestStart[offer + 1] += closestStart[offer];
        int[] next = closestStart[..problem.OfferCount];
        for (int request = 0; request < cheapest.Length; request++)
            if (cheapest[request] >= 0)
                closest[next[cheapest[request]]++] = request;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int CheapestOffer(int request)
    {
        int best = -1;
        for (int arc = problem.ArcStart[request]; arc < problem.ArcStart[request + 1]; arc++)
            if (best < 0 || problem.ArcCost[arc] < problem.ArcCost[best])
                best = arc;
        return best < 0 ? -1 : problem.ArcOffer[best];
    }
}
