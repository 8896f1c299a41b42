using System.Runtime.CompilerServices;

namespace MutualAid.Matching.Flow;

/// <summary>
/// A flow in the making. At every moment, with the reduced cost of an arc = its cost + the offer's price − the request's
/// value: no reduced cost is negative, arcs that carry units have reduced cost 0, requests with unmet units have their unmet
/// cost for value. What may still be missing: requests with undecided units, and offers with a price that are not full.
/// When neither is left the flow is a cheapest one (linear programming duality; e.g. Ahuja, Magnanti, Orlin,
/// "Network Flows", 1993, theorem 9.4).
/// </summary>
/// <remarks>
/// What a search reads together lies together in memory, and neighbours have neighbouring positions (<see cref="Nearby"/>):
/// the searches wait for memory, not for arithmetic.
/// </remarks>
internal sealed class Network
{
    public readonly RequestNode[] Requests;
    public readonly OfferNode[] Offers;

    /// <summary>By request, the cheapest first.</summary>
    public readonly int[] ArcStart;
    public readonly int[] ArcOffer;
    public readonly long[] ArcCost;
    public readonly int[] ArcRequest;
    public readonly int[] Flow;

    /// <summary>By offer: the arcs that carry units to it; never more than its capacity or its arcs.</summary>
    public readonly int[] HeldStart;
    public readonly int[] HeldArc;
    public readonly int[] HeldAt;
    private readonly int[] intoStart;
    private readonly Lazy<IntoArc[]> into;

    /// <summary>
    /// The part of the network that each node belongs to while several are searched at the same time: a search leaves the nodes
    /// of the others alone. All 0 otherwise.
    /// </summary>
    public readonly byte[] RequestPart;
    public readonly byte[] OfferPart;

    /// <summary>By offer: the arcs that lead to it. Made when first asked for: where nothing is scarce, nobody asks.</summary>
    public ReadOnlySpan<IntoArc> Into(int offer)
    {
        return into.Value.AsSpan(intoStart[offer], intoStart[offer + 1] - intoStart[offer]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Network(RequestNode[] requests, OfferNode[] offers, int[] arcStart, int[] arcOffer, long[] arcCost)
    {
        (Requests, Offers, ArcStart, ArcOffer, ArcCost) = (requests, offers, arcStart, arcOffer, arcCost);
        ArcRequest = GC.AllocateUninitializedArray<int>(arcOffer.Length);
        Flow = new int[arcOffer.Length];
        RequestPart = new byte[requests.Length];
        OfferPart = new byte[offers.Length];
        into = new Lazy<IntoArc[]>(IntoArcs);
        HeldAt = GC.AllocateUninitializedArray<int>(arcOffer.Length);
        intoStart = new int[offers.Length + 1];
        HeldStart = new int[offers.Length + 1];
        foreach (int offer in arcOffer)
            intoStart[offer + 1]++;
        for (int offer = 0; offer < offers.Length; offer++)
        {
            HeldStart[offer + 1] = HeldStart[offer] + Math.Min(offers[offer].Free, intoStart[offer + 1]);
            intoStart[offer + 1] += intoStart[offer];
        }
        HeldArc = new int[HeldStart[^1]];
        for (int request = 0; request < requests.Length; request++)
            ArcRequest.AsSpan(arcStart[request]..arcStart[request + 1]).Fill(request);
    }

    /// <summary>Moves units onto an arc, or off it when negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Push(int arc, int units)
    {
        int before = Flow[arc];
        int offer = ArcOffer[arc];
        Flow[arc] = before + units;
        if (before == 0)
        {
            int at = HeldStart[offer] + Offers[offer].Held++;
            HeldArc[at] = arc;
            HeldAt[arc] = at;
        }
        else if (before + units == 0)
        {
            int last = HeldArc[HeldStart[offer] + --Offers[offer].Held];
            HeldArc[HeldAt[arc]] = last;
            HeldAt[last] = HeldAt[arc];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private IntoArc[] IntoArcs()
    {
        var arcs = GC.AllocateUninitializedArray<IntoArc>(ArcOffer.Length);
        // Each core takes a range of offers and reads all arcs' offers: reading on is cheap, writing here and there is not.
        Chunks.Of(
            Offers.Length,
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            (first, end) =>
            {
                int[] next = intoStart[first..end];
                for (int arc = 0; arc < ArcOffer.Length; arc++)
                    if (ArcOffer[arc] >= first && ArcOffer[arc] < end)
                        arcs[next[ArcOffer[arc] - first]++] = new IntoArc(ArcRequest[arc], arc, ArcCost[arc]);
            }
        );
        return arcs;
    }

    /// <summary>Takes the values from the prices: the least that every arc allows.</summary>
    public void Revalue()
    {
        Chunks.Of(
            Requests.Length,
            (first, end) =>
            {
                for (int request = first; request < end; request++)
                    Requests[request].Value = Least(request);
            }
        );
    }

    /// <summary>Takes a request's value from the prices anew; if it falls, all its units are undecided again.</summary>
    public void Reconsider(int request)
    {
        ref var node = ref Requests[request];
        long value = Least(request);
        if (value == node.Value)
            return;
        node.Value = value;
        node.Undecided += node.Unmet;
        node.Unmet = 0;
        for (int arc = ArcStart[request]; arc < ArcStart[request + 1]; arc++)
        {
            int units = Flow[arc];
            if (units == 0)
                continue;
            Push(arc, -units);
            Offers[ArcOffer[arc]].Free += units;
            node.Undecided += units;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long Least(int request)
    {
        long value = Requests[request].UnmetCost;
        for (int arc = ArcStart[request]; arc < ArcStart[request + 1] && ArcCost[arc] < value; arc++)
            value = Math.Min(value, ArcCost[arc] + Offers[ArcOffer[arc]].Price);
        return value;
    }
}

/// <summary>An offer, its price, and where the present search reached it.</summary>
internal struct OfferNode
{
    public long Price;
    public long Distance;
    public int Reached;
    public int Through;
    public int Free;
    public int Held;
}

/// <summary>A request, its value (what its last unit costs now), and where the present search reached it.</summary>
internal struct RequestNode
{
    public long Value;
    public long Distance;
    public long UnmetCost;
    public int Reached;
    public int Through;
    public int Unmet;
    public int Undecided;
}

/// <summary>An arc seen from its offer.</summary>
internal readonly record struct IntoArc(int Request, int Arc, long Cost);
