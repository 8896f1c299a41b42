namespace MutualAid.Matching.Flow;

/// <summary>
/// What is left when the time is over: the cheapest arc that still fits, and so on. Keeps the plan feasible; the prices stay
/// as they are, and the bound that they prove with them.
/// </summary>
internal static class ShortestFirst
{
    public static void Rest(Network net)
    {
        var arcs = new List<int>();
        for (int request = 0; request < net.Requests.Length; request++)
        {
            ref var node = ref net.Requests[request];
            node.Unmet += node.Undecided;
            node.Undecided = 0;
            if (node.Unmet > 0)
                for (int arc = net.ArcStart[request]; arc < net.ArcStart[request + 1]; arc++)
                    if (net.Offers[net.ArcOffer[arc]].Free > 0)
                        arcs.Add(arc);
        }
        int[] order = [.. arcs];
        long[] costs = Array.ConvertAll(order, arc => net.ArcCost[arc]);
        Array.Sort(costs, order);
        foreach (int arc in order)
        {
            ref var request = ref net.Requests[net.ArcRequest[arc]];
            ref var offer = ref net.Offers[net.ArcOffer[arc]];
            int units = Math.Min(request.Unmet, offer.Free);
            if (units == 0)
                continue;
            net.Push(arc, units);
            request.Unmet -= units;
            offer.Free -= units;
        }
    }

    /// <summary>
    /// Takes prices of 0 when they prove more: prices half-way down from the unmet cost may prove next to nothing.
    /// </summary>
    public static void BetterBound(Network net)
    {
        Int128 with = 0;
        Int128 without = 0;
        for (int request = 0; request < net.Requests.Length; request++)
        {
            ref var node = ref net.Requests[request];
            int first = net.ArcStart[request];
            long units = node.Unmet + node.Undecided;
            for (int arc = first; arc < net.ArcStart[request + 1]; arc++)
                units += net.Flow[arc];
            with += (Int128)units * node.Value;
            without +=
                (Int128)units * (first < net.ArcStart[request + 1] ? net.ArcCost[first] : node.UnmetCost);
        }
        for (int offer = 0; offer < net.Offers.Length; offer++)
        {
            long capacity = net.Offers[offer].Free;
            for (int at = 0; at < net.Offers[offer].Held; at++)
                capacity += net.Flow[net.HeldArc[net.HeldStart[offer] + at]];
            with -= (Int128)capacity * net.Offers[offer].Price;
        }
        if (with >= without)
            return;
        for (int offer = 0; offer < net.Offers.Length; offer++)
            net.Offers[offer].Price = 0;
        net.Revalue();
    }
}
