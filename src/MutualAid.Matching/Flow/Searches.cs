namespace MutualAid.Matching.Flow;

/// <summary>
/// Runs the searches in the order that is right whatever the prices: requests first, then offers. A big network is first
/// searched in parts (<see cref="Parts"/>), on two cores; what the parts hid from each other is set right afterwards.
/// </summary>
internal sealed class Searches(Network net, Countdown countdown)
{
    /// <summary>What a search counts its marks up by: more than there are searches, so that none mistakes another's mark.</summary>
    public const int Step = 16;

    private int searches;

    public void Run(bool findScarcity)
    {
        bool[] scarce = new bool[net.Offers.Length];
        bool overload = false;
        if (findScarcity)
        {
            var scarcity = new Scarcity(net, countdown);
            scarcity.Price();
            scarce = scarcity.Offers;
            overload = scarcity.Overload;
        }
        net.Revalue();
        var parts = Parts.Of(net, scarce, overload);
        if (parts.Ends.Length > 1 || parts.Divided)
        {
            AtTheSameTime([.. parts.Ends.SelectMany(end => Work(end, parts.Divided))]);
            parts.Join();
        }
        var everything = new Parts.End(0, net.Requests.Length, 0, net.Offers.Length);
        Decide(everything);
        Fill(everything);
    }

    private void AtTheSameTime(Action[] work)
    {
        if (net.Requests.Length >= Parts.WorthTwoCores)
            Parallel.Invoke(work);
        else
            Array.ForEach(work, one => one());
    }

    // Divided, the requests' searches stay on the side with plenty and the offers' on the scarce one.
    private Action[] Work(Parts.End end, bool divided)
    {
        if (divided)
            return [() => Decide(end), () => Fill(end)];
        return
        [
            () =>
            {
                Decide(end);
                Fill(end);
            },
        ];
    }

    private void Decide(Parts.End end)
    {
        var requests = new RequestSearch(net, Interlocked.Increment(ref searches));
        for (int request = end.FirstRequest; request < end.EndRequest && !countdown.Past; request++)
            requests.Decide(request);
    }

    private void Fill(Parts.End end)
    {
        var offers = new OfferSearch(net, Interlocked.Increment(ref searches));
        for (int offer = end.FirstOffer; offer < end.EndOffer && !countdown.Past; offer++)
            offers.Fill(offer);
    }
}
