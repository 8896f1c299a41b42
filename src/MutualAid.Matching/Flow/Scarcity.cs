using System.Runtime.CompilerServices;

namespace MutualAid.Matching.Flow;

/// <summary>
/// Which offers are scarce: requests that must go unmet whatever the plan would have a use for them. A greatest flow without
/// costs tells (one of the parts into which Dulmage and Mendelsohn, 1958, split a bipartite graph). Scarce offers end with a
/// price near the unmet cost and the others near 0; starting there, and filling the scarce ones from the offers' side, spares
/// the long walk of prices from one end to the other through a whole hot spot. A wrong answer costs time, nothing else.
/// </summary>
internal sealed class Scarcity(Network net, Countdown countdown)
{
    private const int Scarce = int.MaxValue;
    private readonly int[] queue = new int[net.Requests.Length];
    private int search;

    /// <summary>Which offers are scarce.</summary>
    public bool[] Offers { get; } = new bool[net.Offers.Length];

    /// <summary>
    /// Whether a tenth more is wanted than there is: then nearly all offers are scarce, and it is not worth the while to find out
    /// which.
    /// </summary>
    public bool Overload { get; } = OverloadOf(net);

    /// <summary>Raises the prices of scarce offers to what a unit of them could save at most. Leaves the network empty.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Price()
    {
        if (Overload)
            for (int offer = 0; offer < net.Offers.Length; offer++)
                net.Offers[offer].Reached = Scarce;
        else
        {
            Auction.Fill(net, countdown);
            for (int request = 0; request < net.Requests.Length && !countdown.Past; request++)
                while (net.Requests[request].Undecided > 0 && Reach(request)) { }
        }
        for (int request = 0; request < net.Requests.Length; request++)
        for (int arc = net.ArcStart[request]; arc < net.ArcStart[request + 1]; arc++)
        {
            ref var offer = ref net.Offers[net.ArcOffer[arc]];
            if (offer.Reached == Scarce)
                offer.Price = Math.Max(offer.Price, net.Requests[request].UnmetCost - net.ArcCost[arc]);
        }
        Empty();
    }

    private static bool OverloadOf(Network net)
    {
        long wanted = 0;
        long there = 0;
        for (int request = 0; request < net.Requests.Length; request++)
            if (net.ArcStart[request] < net.ArcStart[request + 1])
                wanted += net.Requests[request].Undecided;
        for (int offer = 0; offer < net.Offers.Length; offer++)
            there += net.Offers[offer].Free;
        return wanted > there + there / 10;
    }

    // Breadth first to an offer with free units. Where there is none, none ever comes: what was seen is scarce for good, and
    // no later search walks it again, so that all failing searches together read every arc once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Reach(int source)
    {
        search++;
        int count = 0;
        queue[count++] = source;
        net.Requests[source].Reached = search;
        net.Requests[source].Through = -1;
        for (int head = 0; head < count; head++)
        {
            int request = queue[head];
            int end = net.ArcStart[request + 1];
            for (int arc = net.ArcStart[request]; arc < end; arc++)
            {
                int to = net.ArcOffer[arc];
                ref var offer = ref net.Offers[to];
                if (offer.Reached >= search)
                    continue;
                offer.Reached = search;
                offer.Through = arc;
                if (offer.Free > 0)
                {
                    Augment(source, to);
                    return true;
                }
                foreach (int held in net.HeldArc.AsSpan(net.HeldStart[to], offer.Held))
                {
                    ref var holder = ref net.Requests[net.ArcRequest[held]];
                    if (holder.Reached == search)
                        continue;
                    holder.Reached = search;
                    holder.Through = held;
                    queue[count++] = net.ArcRequest[held];
                }
            }
        }
        foreach (int request in queue.AsSpan(0, count))
            for (int arc = net.ArcStart[request]; arc < net.ArcStart[request + 1]; arc++)
                net.Offers[net.ArcOffer[arc]].Reached = Scarce;
        return false;
    }

    private void Augment(int source, int offer)
    {
        int units = Math.Min(net.Requests[source].Undecided, net.Offers[offer].Free);
        for (int at = offer; GivenBack(at) is >= 0 and var held; at = net.ArcOffer[held])
            units = Math.Min(units, net.Flow[held]);
        net.Offers[offer].Free -= units;
        net.Requests[source].Undecided -= units;
        for (int at = offer; at >= 0; )
        {
            int held = GivenBack(at);
            net.Push(net.Offers[at].Through, units);
            if (held >= 0)
                net.Push(held, -units);
            at = held >= 0 ? net.ArcOffer[held] : -1;
        }
    }

    // The arc that the request which moves to this offer gives back; −1 at the source.
    private int GivenBack(int offer) => net.Requests[net.ArcRequest[net.Offers[offer].Through]].Through;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Empty()
    {
        for (int offer = 0; offer < net.Offers.Length; offer++)
        {
            ref var node = ref net.Offers[offer];
            foreach (int arc in net.HeldArc.AsSpan(net.HeldStart[offer], node.Held))
            {
                net.Requests[net.ArcRequest[arc]].Undecided += net.Flow[arc];
                node.Free += net.Flow[arc];
                net.Flow[arc] = 0;
            }
            Offers[offer] = node.Reached == Scarce;
            node.Held = node.Reached = 0;
        }
        for (int request = 0; request < net.Requests.Length; request++)
            net.Requests[request].Reached = 0;
    }
}
