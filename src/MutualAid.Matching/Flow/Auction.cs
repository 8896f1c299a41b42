using System.Runtime.CompilerServices;

namespace MutualAid.Matching.Flow;

/// <summary>
/// A flow that nearly is a greatest one: requests bid for the offers' units, and whoever is outbid bids again, until the price is
/// not worth it (Bertsekas, 1979, with a large ε). Prices carry what is too much of a hot spot to its border by many short
/// steps, where searching for it takes long walks.
/// </summary>
internal sealed class Auction
{
    private const int NoOne = -1;
    private const int GivesUp = -2;

    // Shares of the arcs' mean cost. A raise grows by a quarter of the price, so that the way to what a unit is worth is short.
    private const double LeastRaise = 0.5;
    private const double Worth = 64;
    private readonly Network net;
    private readonly long[] bids; // as HeldArc: what the holder bid for a unit
    private readonly int[] bidding;
    private readonly long raise;
    private readonly long worth;

    private Auction(Network net)
    {
        this.net = net;
        bids = GC.AllocateUninitializedArray<long>(net.HeldArc.Length);
        bidding = GC.AllocateUninitializedArray<int>(net.Requests.Length);
        double mean = MeanCost();
        raise = 1 + (long)(mean * LeastRaise);
        worth = 1 + (long)(mean * Worth);
    }

    /// <summary>Leaves the flow in the network, which was empty; prices stay 0.</summary>
    public static void Fill(Network net, Countdown countdown)
    {
        new Auction(net).Run(countdown);
        for (int offer = 0; offer < net.Offers.Length; offer++)
            net.Offers[offer].Price = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double MeanCost()
    {
        double sum = 0;
        foreach (long cost in net.ArcCost)
            sum += cost;
        return sum / Math.Max(1, net.ArcCost.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run(Countdown countdown)
    {
        for (int offer = 0; offer < net.Offers.Length; offer++)
            net.Offers[offer].Price = net.Offers[offer].Free > 0 ? 0 : worth;
        for (int first = 0; first < bidding.Length && !countdown.Past; first++)
        {
            bidding[0] = first;
            for (int count = net.Requests[first].Undecided > 0 ? 1 : 0; count > 0; )
            {
                int request = bidding[count - 1];
                int outbid = Bid(request);
                if (outbid == GivesUp || net.Requests[request].Undecided == 0)
                    count--;
                if (outbid >= 0)
                    bidding[count++] = outbid;
            }
        }
    }

    // Bids once, for the cheapest unit: as much as makes the next best one as dear, and a little more. Returns who must bid
    // again because of it; each is in the row once.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Bid(int request)
    {
        long least = worth;
        long second = worth;
        int best = -1;
        int end = net.ArcStart[request + 1];
        for (int arc = net.ArcStart[request]; arc < end && net.ArcCost[arc] < second; arc++)
        {
            long cost = net.ArcCost[arc] + net.Offers[net.ArcOffer[arc]].Price;
            if (cost < least)
                (second, least, best) = (least, cost, arc);
            else if (cost < second)
                second = cost;
        }
        if (best < 0)
            return GivesUp;
        int to = net.ArcOffer[best];
        ref var offer = ref net.Offers[to];
        long bid = offer.Price + (second - least) + raise + offer.Price / 4;
        int units = Math.Min(net.Requests[request].Undecided, offer.Free);
        int outbid = NoOne;
        if (units > 0)
            offer.Free -= units;
        else
            units = Outbid(to, net.Requests[request].Undecided, ref outbid);
        net.Requests[request].Undecided -= units;
        net.Push(best, units);
        bids[net.HeldAt[best]] = bid;
        if (offer.Free == 0)
            offer.Price = bids[Lowest(to)];
        return outbid;
    }

    // Takes units from who bid least; names it unless it is in the row, or has given up, already.
    private int Outbid(int offer, int wanted, ref int outbid)
    {
        int lowest = Lowest(offer);
        int arc = net.HeldArc[lowest];
        int units = Math.Min(wanted, net.Flow[arc]);
        if (units == net.Flow[arc])
            bids[lowest] = bids[net.HeldStart[offer] + net.Offers[offer].Held - 1]; // as the arcs move in their list
        net.Push(arc, -units);
        ref int undecided = ref net.Requests[net.ArcRequest[arc]].Undecided;
        if (undecided == 0)
            outbid = net.ArcRequest[arc];
        undecided += units;
        return units;
    }

    private int Lowest(int offer)
    {
        int start = net.HeldStart[offer];
        int lowest = start;
        for (int at = start + 1; at < start + net.Offers[offer].Held; at++)
            if (bids[at] < bids[lowest])
                lowest = at;
        return lowest;
    }
}
