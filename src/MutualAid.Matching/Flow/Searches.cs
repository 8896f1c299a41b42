namespace MutualAid.Matching.Flow;

/// <summary>
/// Runs the searches in the order that is right whatever the prices: requests first, then offers. Where a big problem has a
/// scarce side and one with plenty, no cheapest plan as a rule crosses between them, so both are searched at the same time, on
/// two cores, with a fence between them; what the fence hid is set right afterwards.
/// </summary>
internal sealed class Searches(Network net, Countdown countdown)
{
    private const int WorthTwoCores = 4_000;
    private readonly RequestSearch requests = new(net);
    private readonly OfferSearch offers = new(net);

    public void Run(bool findScarcity)
    {
        if (findScarcity)
        {
            var scarcity = new Scarcity(net, countdown);
            scarcity.Price();
            net.Revalue();
            BothSides(scarcity.Offers);
        }
        else
            net.Revalue();
        Decide();
        Fill();
    }

    private void Decide()
    {
        for (int request = 0; request < net.Requests.Length && !countdown.Past; request++)
            requests.Decide(request);
    }

    private void Fill()
    {
        for (int offer = 0; offer < net.Offers.Length && !countdown.Past; offer++)
            if (net.Fence is not { } fence || fence.Offers[offer])
                offers.Fill(offer);
    }

    private void BothSides(bool[] scarceOffers)
    {
        if (!scarceOffers.Contains(true) || !scarceOffers.Contains(false))
            return;
        bool[] scarceRequests = new bool[net.Requests.Length];
        for (int request = 0; request < scarceRequests.Length; request++)
            if (OnlyScarce(request, scarceOffers))
            {
                scarceRequests[request] = true;
                requests.Decide(request); // stays unmet until an offer takes it: a scarce offer's price leaves it no better
            }
        net.Fence = (scarceRequests, scarceOffers);
        if (net.Requests.Length >= WorthTwoCores)
            Parallel.Invoke(Decide, Fill);
        else
        {
            Decide();
            Fill();
        }
        net.Fence = null;
        for (int request = 0; request < scarceRequests.Length; request++)
            if (!scarceRequests[request])
                net.Reconsider(request);
    }

    private bool OnlyScarce(int request, bool[] scarceOffers)
    {
        for (int arc = net.ArcStart[request]; arc < net.ArcStart[request + 1]; arc++)
            if (!scarceOffers[net.ArcOffer[arc]])
                return false;
        return true;
    }
}
