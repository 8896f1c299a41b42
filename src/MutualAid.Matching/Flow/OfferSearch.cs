namespace MutualAid.Matching.Flow;

/// <summary>
/// Fills an offer that has a price and free units, one shortest path after another, walking the arcs backwards: it takes a
/// unit of a request from the offer that carries it now, which takes one elsewhere, until a request with unmet units is
/// reached, or an offer whose price falls to 0 on the way and may keep a unit. The mirror of <see cref="RequestSearch"/>:
/// where offers are scarce, these searches are short and the others are long.
/// </summary>
internal sealed class OfferSearch(Network net)
{
    private readonly DistanceHeap heap = new();
    private readonly int[] level = new int[net.Requests]; // requests reached at the distance that is being walked
    private readonly long[] distance = new long[net.Requests];
    private readonly int[] reached = new int[net.Requests]; // the search in which it was reached
    private readonly int[] settled = new int[net.Requests];
    private readonly int[] throughArc = new int[net.Requests]; // the arc by which a request was reached
    private readonly int[] visited = new int[net.Offers];
    private readonly int[] heldArc = new int[net.Offers]; // the arc whose units an offer would give away
    private readonly int[] offers = new int[net.Offers];
    private readonly long[] offerDistance = new long[net.Offers];
    private readonly int[] requests = new int[net.Requests];
    private int search;
    private int levelCount;
    private int requestCount;
    private int offerCount;
    private long best;
    private int bestOffer;
    private int bestRequest;

    /// <summary>Fills an offer, or brings its price to 0.</summary>
    public void Fill(int offer)
    {
        while (net.Free[offer] > 0 && net.Price[offer] > 0)
        {
            Search(offer);
            Reprice();
            Augment(offer);
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
            int request;
            if (levelCount > 0)
                request = level[--levelCount];
            else if (heap.Count > 0 && heap.Nearest < best)
            {
                now = heap.Nearest;
                request = heap.TakeNearest();
            }
            else
                break;
            if (settled[request] == search)
                continue;
            settled[request] = search;
            requests[requestCount++] = request;
            int end = net.ArcStart[request + 1];
            for (int arc = net.ArcStart[request]; arc < end; arc++)
            {
                int offer = net.ArcOffer[arc];
                if (net.Flow[arc] == 0 || visited[offer] == search)
                    continue;
                heldArc[offer] = arc;
                Visit(offer, now);
            }
        }
    }

    private void Visit(int offer, long now)
    {
        visited[offer] = search;
        offerDistance[offerCount] = now;
        offers[offerCount++] = offer;
        long withPrice = now + net.Price[offer];
        if (withPrice < best)
        {
            best = withPrice;
            (bestOffer, bestRequest) = (offer, -1);
        }
        int end = net.IntoStart[offer + 1];
        for (int at = net.IntoStart[offer]; at < end; at++)
        {
            int request = net.IntoRequest[at];
            long to = withPrice + net.IntoCost[at] - net.Value[request];
            if (to >= best || (reached[request] == search && distance[request] <= to))
                continue;
            reached[request] = search;
            distance[request] = to;
            throughArc[request] = net.IntoArc[at];
            if (net.Unmet[request] > 0)
            {
                best = to;
                (bestOffer, bestRequest) = (-1, request);
            }
            else if (to == now)
                level[levelCount++] = request;
            else
                heap.Add(to, request);
        }
    }

    private void Reprice()
    {
        for (int at = 0; at < offerCount; at++)
            net.Price[offers[at]] -= best - offerDistance[at];
        for (int at = 0; at < requestCount; at++)
            net.Value[requests[at]] -= best - distance[requests[at]];
    }

    private void Augment(int source)
    {
        int units = net.Free[source];
        if (bestRequest >= 0)
            units = Math.Min(units, net.Unmet[bestRequest]);
        int last = bestRequest >= 0 ? net.ArcOffer[throughArc[bestRequest]] : bestOffer;
        for (int offer = last; heldArc[offer] >= 0; offer = net.ArcOffer[throughArc[net.ArcRequest[heldArc[offer]]]])
            units = Math.Min(units, net.Flow[heldArc[offer]]);

        if (last == source && bestRequest < 0)
            return; // its price is 0 now, and its units may stay free
        net.Free[source] -= units;
        if (bestRequest < 0)
            net.Free[last] += units;
        // Every offer on the way lets a unit go before it takes one, so that none ever holds more arcs than it has units.
        for (int offer = last; heldArc[offer] >= 0; offer = net.ArcOffer[throughArc[net.ArcRequest[heldArc[offer]]]])
            net.Push(heldArc[offer], -units);
        for (int offer = last; heldArc[offer] >= 0; )
        {
            int request = net.ArcRequest[heldArc[offer]];
            net.Push(throughArc[request], units);
            offer = net.ArcOffer[throughArc[request]];
        }
        if (bestRequest >= 0)
        {
            net.Unmet[bestRequest] -= units;
            net.Push(throughArc[bestRequest], units);
        }
    }
}
