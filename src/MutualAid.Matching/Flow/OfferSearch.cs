using System.Runtime.CompilerServices;

namespace MutualAid.Matching.Flow;

/// <summary>
/// Fills an offer that has a price and free units, one shortest path after another, walking the arcs backwards: it takes a
/// unit of a request from the offer that carries it now, which takes one elsewhere, until a request with unmet units is
/// reached, or an offer whose price falls to 0 on the way and may keep a unit. The mirror of <see cref="RequestSearch"/>:
/// where offers are scarce, these searches are short and the others are long.
/// </summary>
internal sealed class OfferSearch(Network net, int search)
{
    private readonly DistanceHeap heap = new();
    private readonly int[] level = GC.AllocateUninitializedArray<int>(net.Requests.Length); // requests reached at the distance that is being walked
    private readonly int[] offers = GC.AllocateUninitializedArray<int>(net.Offers.Length);
    private readonly int[] requests = GC.AllocateUninitializedArray<int>(net.Requests.Length);
    private int part;
    private int levelCount;
    private int requestCount;
    private int offerCount;
    private long best;
    private int bestOffer;
    private int bestRequest;

    /// <summary>Fills an offer, or brings its price to 0.</summary>
    public void Fill(int offer)
    {
        while (net.Offers[offer].Free > 0 && net.Offers[offer].Price > 0)
        {
            Search(offer);
            Reprice();
            Augment(offer);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Search(int source)
    {
        search += Searches.Step;
        part = net.OfferPart[source];
        heap.Clear();
        levelCount = requestCount = offerCount = 0;
        best = long.MaxValue;
        net.Offers[source].Through = -1;
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
                if (net.Requests[request].Distance != now)
                    continue; // reached on a shorter way since
            }
            else
                break;
            requests[requestCount++] = request;
            int start = net.ArcStart[request];
            var flows = net.Flow.AsSpan(start, net.ArcStart[request + 1] - start);
            for (int arc = flows.IndexOfAnyExcept(0); arc >= 0; )
            {
                int offer = net.ArcOffer[start + arc];
                if (net.Offers[offer].Reached != search)
                {
                    net.Offers[offer].Through = start + arc;
                    Visit(offer, now);
                }
                int next = flows[(arc + 1)..].IndexOfAnyExcept(0);
                arc = next < 0 ? -1 : arc + 1 + next;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Visit(int offer, long now)
    {
        ref var node = ref net.Offers[offer];
        node.Reached = search;
        node.Distance = now;
        offers[offerCount++] = offer;
        long nearest = best;
        long withPrice = now + node.Price;
        if (withPrice < nearest)
        {
            nearest = withPrice;
            (bestOffer, bestRequest) = (offer, -1);
        }
        var nodes = net.Requests;
        foreach (ref readonly var arc in net.Into(offer))
        {
            ref var request = ref nodes[arc.Request];
            long distance = withPrice + arc.Cost - request.Value;
            if (distance >= nearest || (request.Reached == search && request.Distance <= distance))
                continue;
            if (net.RequestPart[arc.Request] != part)
                continue;
            request.Reached = search;
            request.Distance = distance;
            request.Through = arc.Arc;
            if (request.Unmet > 0)
            {
                nearest = distance;
                (bestOffer, bestRequest) = (-1, arc.Request);
                if (nearest == now)
                    break; // nothing is nearer than here
            }
            else if (distance == now)
                level[levelCount++] = arc.Request;
            else
                heap.Add(distance, arc.Request);
        }
        best = nearest;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Reprice()
    {
        foreach (int offer in offers.AsSpan(0, offerCount))
            net.Offers[offer].Price -= best - net.Offers[offer].Distance;
        foreach (int request in requests.AsSpan(0, requestCount))
            net.Requests[request].Value -= best - net.Requests[request].Distance;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Augment(int source)
    {
        int last = bestRequest >= 0 ? net.ArcOffer[net.Requests[bestRequest].Through] : bestOffer;
        if (last == source && bestRequest < 0)
            return; // its price is 0 now, and its units may stay free
        int units = net.Offers[source].Free;
        if (bestRequest >= 0)
            units = Math.Min(units, net.Requests[bestRequest].Unmet);
        for (int at = last; net.Offers[at].Through is >= 0 and var arc; at = Before(arc))
            units = Math.Min(units, net.Flow[arc]);

        net.Offers[source].Free -= units;
        if (bestRequest < 0)
            net.Offers[last].Free += units;
        // Every offer on the way lets units go before it takes some, so that none ever holds more arcs than it has units.
        for (int at = last; net.Offers[at].Through is >= 0 and var arc; at = Before(arc))
            net.Push(arc, -units);
        for (int at = last; net.Offers[at].Through is >= 0 and var arc; at = Before(arc))
            net.Push(net.Requests[net.ArcRequest[arc]].Through, units);
        if (bestRequest >= 0)
        {
            net.Requests[bestRequest].Unmet -= units;
            net.Push(net.Requests[bestRequest].Through, units);
        }
    }

    // The offer that takes the request which another one gives away along this arc.
    private int Before(int arc) => net.ArcOffer[net.Requests[net.ArcRequest[arc]].Through];
}
