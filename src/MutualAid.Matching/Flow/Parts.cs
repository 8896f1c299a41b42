namespace MutualAid.Matching.Flow;

/// <summary>
/// Parts of a network that are searched at the same time, each as if the others were not there. Connected components lie
/// together in the network's order, so it is cut between two of them, where none spans the middle. Each end is divided into its
/// scarce side and the one with plenty, between which no cheapest plan as a rule crosses.
/// </summary>
/// <remarks>
/// A component is cut in two only in overload, where all searches are short: in balance the few units that must cross take
/// searches through all of it, which cost more than both halves. How a network is cut depends on nothing but the network, and so
/// does the plan, however many cores there are.
/// </remarks>
internal sealed class Parts
{
    /// <summary>Requests from which starting a second core pays.</summary>
    public const int WorthTwoCores = 4_000;

    private readonly Network net;
    private readonly bool[] crosses; // by request: whether it has an arc to another part

    /// <summary>Positions of requests and offers, the ends not included.</summary>
    public readonly record struct End(int FirstRequest, int EndRequest, int FirstOffer, int EndOffer);

    public End[] Ends { get; }

    /// <summary>Whether each end is divided into a scarce side and one with plenty.</summary>
    public bool Divided { get; }

    private Parts(Network net, bool[] scarceOffers, bool overload)
    {
        this.net = net;
        crosses = new bool[net.Requests.Length];
        Divided = Array.IndexOf(scarceOffers, true) >= 0 && Array.IndexOf(scarceOffers, false) >= 0;
        Ends =
            net.Requests.Length < WorthTwoCores
                ? [new End(0, crosses.Length, 0, scarceOffers.Length)]
                : Cut(overload);
        for (byte end = 0; end < Ends.Length; end++)
        for (int offer = Ends[end].FirstOffer; offer < Ends[end].EndOffer; offer++)
            net.OfferPart[offer] = Part(end, Divided && scarceOffers[offer]);
    }

    /// <summary>Puts each node into its part; until <see cref="Join"/> the searches keep to them.</summary>
    /// <param name="overload">Whether clearly more is wanted than there is.</param>
    public static Parts Of(Network net, bool[] scarceOffers, bool overload)
    {
        var parts = new Parts(net, scarceOffers, overload);
        if (parts.Ends.Length == 1 && !parts.Divided)
            return parts;
        for (byte end = 0; end < parts.Ends.Length; end++)
        for (int request = parts.Ends[end].FirstRequest; request < parts.Ends[end].EndRequest; request++)
            parts.Assign(request, end);
        return parts;
    }

    /// <summary>Makes the network one again; requests that were kept from a better offer are undecided.</summary>
    public void Join()
    {
        Array.Clear(net.OfferPart);
        Array.Clear(net.RequestPart);
        for (int request = 0; request < crosses.Length; request++)
            if (crosses[request])
                net.Reconsider(request);
    }

    private static byte Part(byte end, bool scarce) => (byte)(2 * end + (scarce ? 1 : 0));

    // A request that has only scarce offers is scarce: it stays unmet until one of them takes it, since their prices leave it
    // no better. That is settled here, before the two sides are searched at the same time.
    private void Assign(int request, byte end)
    {
        var offers = net.ArcOffer.AsSpan(net.ArcStart[request]..net.ArcStart[request + 1]);
        byte part = Part(end, Divided);
        foreach (int offer in offers)
            if ((net.OfferPart[offer] & 1) == 0)
                part = Part(end, false);
        net.RequestPart[request] = part;
        if ((part & 1) == 1)
        {
            net.Requests[request].Unmet += net.Requests[request].Undecided;
            net.Requests[request].Undecided = 0;
        }
        foreach (int offer in offers)
            crosses[request] |= net.OfferPart[offer] != part;
    }

    // In two, at the border nearest to the middle, or in the middle; not where one end would be too small to be worth a core.
    private End[] Cut(bool overload)
    {
        int middle = net.Requests.Length / 2;
        var (request, offer) = Border(middle);
        if (Math.Min(request, net.Requests.Length - request) < net.Requests.Length / 8)
        {
            if (!overload || net.ArcStart[middle] == net.ArcStart[middle + 1])
                return [new End(0, net.Requests.Length, 0, net.Offers.Length)];
            (request, offer) = (middle, net.ArcOffer[net.ArcStart[middle]]); // requests lie in the order of their closest offers
        }
        return
        [
            new End(0, request, 0, offer),
            new End(request, net.Requests.Length, offer, net.Offers.Length),
        ];
    }

    // Where a component ends, the nearest to a position: no arc leads from before it to behind it or back.
    private (int Request, int Offer) Border(int near)
    {
        var border = (Request: 0, Offer: 0);
        int reached = -1;
        for (int request = 0; request < net.Requests.Length; request++)
        {
            var offers = net.ArcOffer.AsSpan(net.ArcStart[request]..net.ArcStart[request + 1]);
            bool apart = offers.Length > 0;
            int farthest = reached;
            foreach (int offer in offers)
            {
                apart &= offer > reached;
                farthest = Math.Max(farthest, offer);
            }
            if (apart && Math.Abs(request - near) < Math.Abs(border.Request - near))
                border = (request, reached + 1);
            reached = farthest;
        }
        return border;
    }
}
