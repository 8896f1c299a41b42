namespace MutualAid.Matching;

/// <summary>
/// Looks for the requests that one offer would serve best: those whose worth is most above the cost of going there and the
/// price of the offer's units.
/// </summary>
internal struct OfferSeeker : IRequestVisitor
{
    private readonly RoundInProgress round;
    private readonly ReadyGiver giver;
    private readonly ReadyOffer offer;
    private readonly BestRequests best;
    private readonly Cap within;
    private int urgency;

    private OfferSeeker(RoundInProgress round, ReadyGiver giver, ReadyOffer offer, BestRequests best)
    {
        (this.round, this.giver, this.offer, this.best) = (round, giver, offer, best);
        within = offer.Within;
    }

    /// <summary>Fills <paramref name="best"/> with what gains more than its floor.</summary>
    public static void Find(RoundInProgress round, ReadyGiver giver, ReadyOffer offer, BestRequests best)
    {
        if (offer.Left < 1 || giver.Trip!.IsFull)
            return;
        var seeker = new OfferSeeker(round, giver, offer, best);
        var byUrgency = round.Waiting.Trees(offer.RootArea, offer.Category);
        int lowest = round.Further ? 2 : 0;
        for (seeker.urgency = byUrgency.Length - 1; seeker.urgency >= lowest; seeker.urgency--)
            foreach (var (least, tree) in byUrgency[seeker.urgency].All)
                if (least <= offer.Left)
                    tree.Visit(ref seeker);
    }

    /// <summary>As <see cref="Find"/>, among these alone.</summary>
    public static void FindAmong(
        List<WaitingRequest> requests,
        RoundInProgress round,
        ReadyGiver giver,
        ReadyOffer offer,
        BestRequests best
    )
    {
        if (offer.Left < 1 || giver.Trip!.IsFull)
            return;
        var seeker = new OfferSeeker(round, giver, offer, best);
        foreach (var request in requests)
            if (
                request.Category == offer.Category
                && request.RootArea == offer.RootArea
                && seeker.within.MayHold(request.Point)
            )
            {
                seeker.urgency = request.Urgency;
                seeker.See(request, request.Worth);
            }
    }

    public readonly long Floor => best.Floor;

    public readonly long Promise(RequestTree.Node node)
    {
        if (!within.MayHold(node.Box) || !giver.Trip!.MayReach(node.Box))
            return RequestTree.Nothing;
        // A millimetre less: rounding must not rule out what is as good as the best.
        double metres = Math.Max(0, node.Box.LeastMetres(within.Centre) - 1e-3);
        return node.Worth + round.Aged - Cost(metres, Math.Min(node.MostUnits, offer.Left));
    }

    public readonly void See(WaitingRequest request, long shown)
    {
        if (shown == RequestTree.Nothing || shown + round.Aged <= best.Floor)
            return;
        int wanted = round.Wanted(request);
        if (wanted < 1 || (!request.Divisible && wanted > offer.Left))
            return;
        long worth = round.Worth(request);
        if (worth <= best.Floor)
            return;
        double metres = offer.MetresTo(request);
        if (metres > offer.Reach)
            return;
        long cost = Cost(metres, Math.Min(wanted, offer.Left));
        if (worth - cost > best.Floor && giver.Trip!.Fits(request))
            best.Add(new BestRequests.Found(request, metres, cost, worth - cost));
    }

    private readonly long Cost(double metres, int units) =>
        CostModel.PerUnit(round.Costs.VisitCost(urgency, metres, giver.Acceptance, giver.Load), units);
}

/// <summary>The best few requests found for one offer, the best first; made once and used for all offers.</summary>
internal sealed class BestRequests(int most)
{
    private readonly Found[] found = new Found[most];
    private long floor;

    /// <param name="Metres">Between the public locations.</param>
    /// <param name="Cost">Of one unit.</param>
    /// <param name="Gain">Of one unit: its worth less the cost.</param>
    public readonly record struct Found(WaitingRequest Request, double Metres, long Cost, long Gain);

    public int Count { get; private set; }

    /// <summary>What a further one must gain more than.</summary>
    public long Floor => Count < most ? floor : Math.Max(floor, found[most - 1].Gain);

    public ReadOnlySpan<Found> All => found.AsSpan(0, Count);

    public void Clear(long newFloor) => (Count, floor) = (0, newFloor);

    public void Add(in Found one)
    {
        int at = Count < most ? Count++ : most - 1;
        for (; at > 0 && Before(one, found[at - 1]); at--)
            found[at] = found[at - 1];
        found[at] = one;
    }

    // Of two that gain the same, the id decides, not the order in which the tree happens to show them.
    private static bool Before(in Found one, in Found other) =>
        one.Gain > other.Gain || (one.Gain == other.Gain && one.Request.Id.CompareTo(other.Request.Id) < 0);
}
