using System.Runtime.CompilerServices;

namespace MutualAid.Matching.Flow;

/// <summary>
/// Decides a request's units, one shortest path after another (Dijkstra over reduced costs; Edmonds and Karp 1972,
/// Tomizawa 1971): the offer asked hands a unit of somebody else's on to that one's next best offer, and so on, until an offer
/// with free units is reached, or a request whose unit is left unmet. The search ends at the first such place, so its cost is
/// that of the neighbourhood it looks at, not of the problem.
/// </summary>
/// <remarks>
/// Compiled for speed at once: a round calls these methods a million times in a blink, and is over before the runtime would
/// have measured which of them are worth it.
/// </remarks>
internal sealed class RequestSearch(Network net, int search)
{
    private readonly DistanceHeap heap = new();
    private readonly int[] level = GC.AllocateUninitializedArray<int>(net.Offers.Length); // offers reached at the distance that is being walked
    private readonly int[] requests = GC.AllocateUninitializedArray<int>(net.Requests.Length);
    private readonly int[] offers = GC.AllocateUninitializedArray<int>(net.Offers.Length);
    private int part;
    private int levelCount;
    private int requestCount;
    private int offerCount;
    private long best;
    private int bestOffer;
    private int bestRequest;

    /// <summary>Decides all undecided units of a request.</summary>
    public void Decide(int request)
    {
        ref var node = ref net.Requests[request];
        while (node.Undecided > 0)
        {
            if (node.Value == node.UnmetCost)
            {
                node.Unmet += node.Undecided;
                node.Undecided = 0;
                return;
            }
            Search(request);
            Reprice();
            Augment(request);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Search(int source)
    {
        search += Searches.Step;
        part = net.RequestPart[source];
        heap.Clear();
        levelCount = requestCount = offerCount = 0;
        best = long.MaxValue;
        net.Requests[source].Through = -1;
        Visit(source, 0);
        long now = 0;
        while (best > now)
        {
            int offer;
            if (levelCount > 0)
                offer = level[--levelCount];
            else if (heap.Count > 0 && heap.Nearest < best)
            {
                now = heap.Nearest;
                offer = heap.TakeNearest();
                if (net.Offers[offer].Distance != now)
                    continue; // reached on a shorter way since
            }
            else
                break;
            offers[offerCount++] = offer;
            int start = net.HeldStart[offer];
            foreach (int arc in net.HeldArc.AsSpan(start, net.Offers[offer].Held))
            {
                int request = net.ArcRequest[arc];
                if (net.Requests[request].Reached == search)
                    continue;
                net.Requests[request].Through = arc;
                Visit(request, now);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Visit(int request, long now)
    {
        ref var node = ref net.Requests[request];
        node.Reached = search;
        node.Distance = now;
        requests[requestCount++] = request;
        long nearest = best;
        long toValue = now - node.Value;
        if (toValue + node.UnmetCost < nearest)
        {
            nearest = toValue + node.UnmetCost;
            (bestRequest, bestOffer) = (request, -1);
        }
        int start = net.ArcStart[request];
        var costs = net.ArcCost.AsSpan(start, net.ArcStart[request + 1] - start);
        var to = net.ArcOffer.AsSpan(start, costs.Length);
        var nodes = net.Offers;
        for (int arc = 0; arc < costs.Length; arc++)
        {
            long distance = toValue + costs[arc];
            if (distance >= nearest)
                break; // prices are 0 or more and the arcs sorted, so no later one is nearer
            ref var offer = ref nodes[to[arc]];
            distance += offer.Price;
            if (distance >= nearest || (offer.Reached == search && offer.Distance <= distance))
                continue;
            if (net.OfferPart[to[arc]] != part)
                continue;
            offer.Reached = search;
            offer.Distance = distance;
            offer.Through = start + arc;
            if (offer.Free > 0)
            {
                nearest = distance;
                (bestRequest, bestOffer) = (-1, to[arc]);
                if (nearest == now)
                    break; // nothing is nearer than here
            }
            else if (distance == now)
                level[levelCount++] = to[arc];
            else
                heap.Add(distance, to[arc]);
        }
        best = nearest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Reprice()
    {
        foreach (int request in requests.AsSpan(0, requestCount))
            net.Requests[request].Value += best - net.Requests[request].Distance;
        foreach (int offer in offers.AsSpan(0, offerCount))
            net.Offers[offer].Price += best - net.Offers[offer].Distance;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Augment(int source)
    {
        int last = bestOffer >= 0 ? net.ArcRequest[net.Offers[bestOffer].Through] : bestRequest;
        int units = net.Requests[source].Undecided;
        if (bestOffer >= 0)
            units = Math.Min(units, net.Offers[bestOffer].Free);
        for (int at = last; net.Requests[at].Through is >= 0 and var arc; at = Before(arc))
            units = Math.Min(units, net.Flow[arc]);

        if (bestOffer >= 0)
        {
            net.Offers[bestOffer].Free -= units;
            net.Push(net.Offers[bestOffer].Through, units);
        }
        else
            net.Requests[last].Unmet += units;
        for (int at = last; net.Requests[at].Through is >= 0 and var arc; at = Before(arc))
        {
            // The unit leaves before the next one comes, so that an offer never holds more arcs than it has units.
            net.Push(arc, -units);
            net.Push(net.Offers[net.ArcOffer[arc]].Through, units);
        }
        net.Requests[source].Undecided -= units;
    }

    // The request that takes the units which another one gives back along this arc.
    private int Before(int arc) => net.ArcRequest[net.Offers[net.ArcOffer[arc]].Through];
}
