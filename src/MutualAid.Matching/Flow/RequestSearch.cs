namespace MutualAid.Matching.Flow;

/// <summary>
/// Decides a request's units, one shortest path after another (Dijkstra over reduced costs; Edmonds and Karp 1972,
/// Tomizawa 1971): the offer asked hands a unit of somebody else's on to that one's next best offer, and so on, until an offer
/// with free units is reached, or a request whose unit is left unmet. The search ends at the first such place, so its cost is
/// that of the neighbourhood it looks at, not of the problem.
/// </summary>
internal sealed class RequestSearch(Network net)
{
    private readonly DistanceHeap heap = new();
    private readonly int[] level = new int[net.Offers]; // offers reached at the distance that is being walked
    private readonly long[] distance = new long[net.Offers];
    private readonly int[] reached = new int[net.Offers]; // the search in which it was reached
    private readonly int[] settled = new int[net.Offers];
    private readonly int[] throughArc = new int[net.Offers]; // the arc by which an offer was reached
    private readonly int[] visited = new int[net.Requests];
    private readonly int[] heldArc = new int[net.Requests]; // the arc whose units a request would give back
    private readonly int[] requests = new int[net.Requests];
    private readonly long[] requestDistance = new long[net.Requests];
    private readonly int[] offers = new int[net.Offers];
    private int search;
    private int levelCount;
    private int requestCount;
    private int offerCount;
    private long best;
    private int bestOffer;
    private int bestRequest;

    /// <summary>Decides all undecided units of a request.</summary>
    public void Decide(int request)
    {
        while (net.Undecided[request] > 0)
        {
            Search(request);
            Reprice();
            Augment(request);
        }
    }

    private void Search(int source)
    {
        search++;
        heap.Clear();
        levelCount = requestCount = offerCount = 0;
        best = long.MaxValue;
        heldArc[source] = -1;
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
            }
            else
                break;
            if (settled[offer] == search)
                continue;
            settled[offer] = search;
            offers[offerCount++] = offer;
            int end = net.HeldStart[offer] + net.HeldCount[offer];
            for (int at = net.HeldStart[offer]; at < end; at++)
            {
                int arc = net.HeldArc[at];
                int request = net.ArcRequest[arc];
                if (visited[request] == search)
                    continue;
                heldArc[request] = arc;
                Visit(request, now);
            }
        }
    }

    private void Visit(int request, long now)
    {
        visited[request] = search;
        requestDistance[requestCount] = now;
        requests[requestCount++] = request;
        long toValue = now - net.Value[request];
        if (toValue + net.UnmetCost[request] < best)
        {
            best = toValue + net.UnmetCost[request];
            (bestRequest, bestOffer) = (request, -1);
        }
        int end = net.ArcStart[request + 1];
        for (int arc = net.ArcStart[request]; arc < end; arc++)
        {
            int offer = net.ArcOffer[arc];
            long to = toValue + net.ArcCost[arc] + net.Price[offer];
            if (to >= best || (reached[offer] == search && distance[offer] <= to))
                continue;
            reached[offer] = search;
            distance[offer] = to;
            throughArc[offer] = arc;
            if (net.Free[offer] > 0)
            {
                best = to;
                (bestRequest, bestOffer) = (-1, offer);
            }
            else if (to == now)
                level[levelCount++] = offer;
            else
                heap.Add(to, offer);
        }
    }

    private void Reprice()
    {
        for (int at = 0; at < requestCount; at++)
            net.Value[requests[at]] += best - requestDistance[at];
        for (int at = 0; at < offerCount; at++)
            net.Price[offers[at]] += best - distance[offers[at]];
    }

    private void Augment(int source)
    {
        int units = net.Undecided[source];
        if (bestOffer >= 0)
            units = Math.Min(units, net.Free[bestOffer]);
        int last = bestOffer >= 0 ? net.ArcRequest[throughArc[bestOffer]] : bestRequest;
        for (int request = last; heldArc[request] >= 0; request = net.ArcRequest[throughArc[net.ArcOffer[heldArc[request]]]])
            units = Math.Min(units, net.Flow[heldArc[request]]);

        if (bestOffer >= 0)
        {
            net.Free[bestOffer] -= units;
            net.Push(throughArc[bestOffer], units);
        }
        else
            net.Unmet[last] += units;
        for (int request = last; heldArc[request] >= 0; )
        {
            int offer = net.ArcOffer[heldArc[request]];
            // The unit leaves before the next one comes, so that an offer never holds more arcs than it has units.
            net.Push(heldArc[request], -units);
            net.Push(throughArc[offer], units);
            request = net.ArcRequest[throughArc[offer]];
        }
        net.Undecided[source] -= units;
    }
}
