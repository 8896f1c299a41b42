using MutualAid.Matching.Flow;

namespace MutualAid.Matching;

/// <summary>
/// One round being planned: first everybody's first ask, by flows until nothing more fits; then, of the givers who are left,
/// further ones for urgent requests that are not certain enough to be answered.
/// </summary>
internal sealed class RoundInProgress
{
    // An urgent request may be asked of five: of one at first, and of four further ones.
    private const int MostFurther = 4;

    private readonly PlanOptions options;
    private readonly DateTimeOffset now;
    private readonly List<(ReadyGiver Giver, ReadyOffer Offer)> offers = [];
    private readonly List<ReadyGiver> asked = [];
    private readonly List<WaitingRequest> touched = [];
    private readonly Countdown countdown;
    private RoundFlow? flow;
    private int pairs;
    private bool unfinished;

    public RoundInProgress(
        WaitingRequests waiting,
        IReadOnlyList<ReadyGiver> givers,
        IReadOnlyDictionary<Guid, long> startPrices,
        DateTimeOffset now,
        PlanOptions options
    )
    {
        (Waiting, this.now, this.options) = (waiting, now, options);
        countdown = new Countdown(new FlowOptions { Deadline = options.Deadline, Time = options.Time });
        Aged = waiting.Aged(now);
        // Where needs are few, most offers have nothing to do: they are looked at once, not at each flow.
        foreach (var giver in givers)
        {
            giver.Trip = new Trip(giver, options.TripRadius);
            foreach (var offer in giver.Offers)
            {
                offer.Left = offer.Free;
                if (giver.Households < 1 || !Surroundings.AnyWithin(waiting, offer))
                    continue;
                offer.Price = startPrices.GetValueOrDefault(offer.Id);
                offers.Add((giver, offer));
            }
        }
    }

    public WaitingRequests Waiting { get; }

    public CostModel Costs => Waiting.Costs;

    /// <summary>Whether everybody has had the chance of a first ask, and urgent ones are asked of more.</summary>
    public bool Further { get; private set; }

    /// <summary>No unit is worth more than its timeless worth and this.</summary>
    public long Aged { get; }

    /// <summary>Of the offers, after the first flow: where the next round starts.</summary>
    public IEnumerable<(Guid Offer, long Price)> FirstPrices { get; private set; } = [];

    public RoundPlan Plan()
    {
        long bound = 0;
        try
        {
            bound = Serve();
            Further = true;
            foreach (var request in touched)
                SetWorth(request);
            for (int ask = 0; ask < MostFurther; ask++)
                if (!TripCut.Make(Flow().Assigned, Take))
                    break;
        }
        finally
        {
            foreach (var request in touched)
            {
                request.Progress = null;
                Waiting.Show(request);
            }
        }
        return Planned(bound);
    }

    /// <summary>Units of a request that somebody may be asked for now.</summary>
    public int Wanted(WaitingRequest request)
    {
        var progress = request.Progress;
        if (!Further)
            return progress is null
                ? request.Asks > 0
                    ? request.Unmet - request.Asked
                    : 0
                : progress.Asks > 0
                    ? progress.Left
                    : 0;
        // Only what somebody is being asked for has further asks; what nobody was found for has no first one.
        double allRefuse = progress?.AllRefuse ?? request.AllRefuse;
        return
            request.Urgency == 2
            && (progress?.Asks ?? request.Asks) > 0
            && allRefuse < 1
            && 1 - allRefuse < options.UrgentCertainty
            ? request.Unmet
            : 0;
    }

    /// <summary>What one unit of a request is worth: what it costs to leave it unmet, or what a flow has left of that.</summary>
    public long Worth(WaitingRequest request) =>
        request.Position >= 0 && flow is not null ? flow.WorthAt(request.Position) : UnmetCost(request);

    public long UnmetCost(WaitingRequest request) =>
        request.Progress?.UnmetCost ?? Waiting.UnmetCost(request, now);

    /// <summary>Shows in the index what a request is worth between two flows: nothing when nobody may be asked for it.</summary>
    public void SetWorth(WaitingRequest request)
    {
        Waiting.Show(request, wanted: Wanted(request) > 0);
    }

    // Flows, each over the givers who have no trip yet: a trip takes a few of what a flow gives one giver, the rest goes on.
    private long Serve()
    {
        long bound = 0;
        for (bool first = true; ; first = false)
        {
            var done = Flow();
            if (first)
            {
                bound = done.SavingBound;
                FirstPrices =
                [
                    .. offers
                        .Where(pair => pair.Offer.Price > 0)
                        .Select(pair => (pair.Offer.Id, pair.Offer.Price)),
                ];
            }
            if (!TripCut.Make(done.Assigned, Take))
                break;
            VisitMerge.Make(asked, this);
        }
        Fill();
        return bound;
    }

    private RoundFlow Flow()
    {
        var idle = offers.FindAll(pair => pair.Giver.Trip!.Stops.Count == 0 && pair.Offer.Left > 0);
        flow = new RoundFlow(this, idle, countdown);
        flow.Run();
        pairs += flow.Pairs;
        unfinished |= flow.Unfinished;
        var done = flow;
        flow = null;
        return done;
    }

    // Whatever is near a trip's centre and still wanted comes along, what saves most first.
    private void Fill()
    {
        var best = new BestRequests(1);
        foreach (var giver in asked.Where(giver => giver.Trip!.Stops.Count > 0))
            while (!giver.Trip!.IsFull && Best(giver, best) is { } stop && Take(giver, stop)) { }
    }

    private Trip.Stop? Best(ReadyGiver giver, BestRequests best)
    {
        Trip.Stop? chosen = null;
        var doors = giver.Trip!.IsClosed
            ? Waiting.AtTheDoorsOf(giver.Trip.Stops.Select(stop => stop.Request)).ToList()
            : null;
        foreach (var offer in giver.Offers)
        {
            best.Clear(0);
            if (doors is null)
                OfferSeeker.Find(this, giver, offer, best);
            else
                OfferSeeker.FindAmong(doors, this, giver, offer, best);
            if (best.Count == 0)
                continue;
            var found = best.All[0];
            if (chosen is null || found.Gain > chosen.Value.GainPerUnit)
                chosen = new Trip.Stop(
                    found.Request,
                    offer,
                    Math.Min(Wanted(found.Request), offer.Left),
                    found.Metres,
                    found.Gain,
                    Further
                );
        }
        return chosen;
    }

    // Puts one stop into a giver's trip, if it still fits.
    private bool Take(ReadyGiver giver, Trip.Stop stop)
    {
        var request = stop.Request;
        int units = Math.Min(Wanted(request), stop.Units);
        if (
            units < 1
            || units > stop.Offer.Left
            || (!request.Divisible && units < Wanted(request))
            || !giver.Trip!.Fits(request)
        )
            return false;
        if (request.Progress is null)
        {
            request.Progress = new RequestProgress(request, UnmetCost(request));
            touched.Add(request);
        }
        request.Progress.Asked(units, giver.Acceptance);
        SetWorth(request);
        stop.Offer.Left -= units;
        if (!giver.Trip.Begun)
            asked.Add(giver);
        giver.Trip.Add(stop with { Units = units, Further = Further });
        return true;
    }

    private RoundPlan Planned(long bound)
    {
        var matches = new List<PlannedMatch>();
        long saving = 0;
        int trips = 0;
        foreach (
            var giver in asked
                .Where(giver => giver.Trip!.Stops.Count > 0)
                .OrderByDescending(giver => giver.Trip!.Stops.Max(stop => stop.GainPerUnit))
                .ThenBy(giver => giver.Account)
        )
        {
            foreach (var stop in giver.Trip!.Stops)
            {
                saving += stop.Further ? 0 : stop.Units * stop.GainPerUnit;
                matches.Add(
                    new PlannedMatch(
                        stop.Request,
                        giver,
                        stop.Offer,
                        stop.Units,
                        trips,
                        (int)Math.Round(stop.Metres),
                        stop.Further
                    )
                );
            }
            trips++;
        }
        return new RoundPlan
        {
            Matches = matches,
            Saving = saving,
            SavingBound = bound,
            Pairs = pairs,
            PastDeadline = unfinished || countdown.Past,
        };
    }
}
