using MutualAid.Matching.Flow;

namespace MutualAid.Matching;

/// <summary>
/// One round being planned: first everybody's first ask, by flows until nothing more fits; then, of the givers who are left,
/// further ones for urgent requests that are not certain enough to be answered.
/// </summary>
internal sealed class RoundInProgress
{
    // A trip opens no door that was not worth opening by itself; so near one another all of them are within reach.
    private const int MostFurther = 4;

    private readonly PlanOptions options;
    private readonly IReadOnlyDictionary<Guid, double> deficits;
    private readonly DateTimeOffset now;
    private readonly IReadOnlyList<ReadyGiver> givers;
    private readonly List<(ReadyGiver Giver, ReadyOffer Offer)> offers = [];
    private readonly List<WaitingRequest> touched = [];
    private readonly Countdown countdown;
    private RoundFlow? flow;
    private bool further;
    private int pairs;

    public RoundInProgress(
        WaitingRequests waiting,
        IReadOnlyList<ReadyGiver> givers,
        IReadOnlyDictionary<Guid, double> deficits,
        DateTimeOffset now,
        PlanOptions options
    )
    {
        (Waiting, this.givers, this.deficits, this.now, this.options) = (
            waiting,
            givers,
            deficits,
            now,
            options
        );
        countdown = new Countdown(new FlowOptions { Deadline = options.Deadline, Time = options.Time });
        double most = deficits.Count == 0 ? 0 : deficits.Values.Max();
        Aged = waiting.Aged(now) + (long)(Costs.Options.DeficitSeconds * Math.Clamp(most, 0, 1) * 1_000);
        foreach (var giver in givers)
        {
            giver.Trip = new Trip(giver, options.TripRadius);
            foreach (var offer in giver.Offers)
            {
                offer.Left = offer.Free;
                offers.Add((giver, offer));
            }
        }
    }

    public WaitingRequests Waiting { get; }

    public CostModel Costs => Waiting.Costs;

    /// <summary>No unit is worth more than its timeless worth and this.</summary>
    public long Aged { get; }

    /// <summary>Of the offers, after the first flow: where the next round starts.</summary>
    public IEnumerable<(Guid Offer, long Price)> FirstPrices { get; private set; } = [];

    public RoundPlan Plan(IReadOnlyDictionary<Guid, long> startPrices)
    {
        long bound = 0;
        try
        {
            bound = Serve(startPrices);
            further = true;
            for (
                int ask = 0;
                ask < MostFurther && offers.Exists(pair => pair.Giver.Trip!.Stops.Count == 0);
                ask++
            )
                if (!AskFurther())
                    break;
        }
        finally
        {
            foreach (var request in touched)
                request.Progress = null;
        }
        return Planned(bound);
    }

    /// <summary>Units of a request that somebody may be asked for now.</summary>
    public int Wanted(WaitingRequest request)
    {
        var progress = request.Progress;
        if (!further)
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
        request.Position >= 0 && flow?.WorthAt(request.Position) is { } worth ? worth : UnmetCost(request);

    public long UnmetCost(WaitingRequest request) =>
        request.Progress?.UnmetCost
        ?? Costs.UnmetCost(
            request.Urgency,
            (long)(now - request.PostedAt).TotalSeconds,
            deficits.GetValueOrDefault(request.Area)
        );

    // Flows, each over the givers who have no trip yet: a trip takes a few of what a flow gives one giver, the rest goes on.
    private long Serve(IReadOnlyDictionary<Guid, long> startPrices)
    {
        long bound = 0;
        for (bool first = true; ; first = false)
        {
            var idle = Idle();
            var done = Flow(idle, [.. idle.Select(pair => startPrices.GetValueOrDefault(pair.Offer.Id))]);
            if (first)
            {
                bound = done.SavingBound;
                FirstPrices = [.. idle.Zip(done.Prices, (pair, price) => (pair.Offer.Id, price))];
            }
            if (!TripCut.Make(done.Assigned, Take))
                break;
            VisitMerge.Make(givers, this);
        }
        Fill();
        return bound;
    }

    private bool AskFurther()
    {
        var idle = Idle();
        return TripCut.Make(Flow(idle, new long[idle.Count]).Assigned, Take);
    }

    private RoundFlow Flow(List<(ReadyGiver Giver, ReadyOffer Offer)> idle, long[] startPrices)
    {
        flow = new RoundFlow(this, idle, startPrices, countdown);
        flow.Run();
        pairs += flow.Pairs;
        var done = flow;
        flow = null;
        return done;
    }

    // Whatever is near a trip's centre and still wanted comes along; what lies at a door that is visited anyway comes first.
    private void Fill()
    {
        var best = new BestRequests(1);
        foreach (var giver in givers.Where(giver => giver.Trip!.Stops.Count > 0))
            while (!giver.Trip!.IsFull && Best(giver, best) is { } stop)
                Take(giver, stop);
    }

    private Trip.Stop? Best(ReadyGiver giver, BestRequests best)
    {
        Trip.Stop? chosen = null;
        foreach (var offer in giver.Offers)
        {
            best.Clear(0);
            OfferSeeker.Find(this, giver, offer, best);
            if (best.Count == 0)
                continue;
            var found = best[0];
            if (chosen is null || found.Gain > chosen.Value.GainPerUnit)
                chosen = new Trip.Stop(
                    found.Request,
                    offer,
                    Math.Min(Wanted(found.Request), offer.Left),
                    found.Metres,
                    found.Gain,
                    further
                );
        }
        return chosen;
    }

    private List<(ReadyGiver Giver, ReadyOffer Offer)> Idle() =>
        offers.FindAll(pair =>
            pair.Giver is { Matches: > 0, Households: > 0 }
            && pair.Giver.Trip!.Stops.Count == 0
            && pair.Offer.Left > 0
        );

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
        stop.Offer.Left -= units;
        giver.Trip.Add(stop with { Units = units, Further = further });
        return true;
    }

    private RoundPlan Planned(long bound)
    {
        var matches = new List<PlannedMatch>();
        long saving = 0;
        int trips = 0;
        foreach (
            var giver in givers
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
            PastDeadline = countdown.Past,
        };
    }
}
