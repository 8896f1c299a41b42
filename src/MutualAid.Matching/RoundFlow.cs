using MutualAid.Matching.Flow;

namespace MutualAid.Matching;

/// <summary>
/// The cheapest plan over every pair within reach of some offers, without listing them: solves on the best few requests of
/// each offer, lets the prices name the pairs whose absence costs something (what is left of a unit's worth is more than
/// the offer's price), adds those and solves again, until none is missing (column generation; Dantzig and Wolfe 1960).
/// </summary>
/// <remarks>
/// Starts from the offers, since they are fewer wherever needs are many; the requests that nobody's list holds keep the whole
/// worth of their units, so that the prices are right for them too.
/// </remarks>
internal sealed class RoundFlow
{
    private const int First = 8;

    // More at once would save turns and cost arcs: the best few are nearly all that ever carry units.
    private const int Added = 24;

    // Of the time until the deadline, so much for listing pairs: the rest is for whole requests, the bound and the trips.
    private const double ForPairs = 0.65;

    // Where the worth of so few has risen, looking at each costs less than searching.
    private const int Few = 32;

    private readonly RoundInProgress round;
    private readonly Countdown countdown;
    private readonly List<(ReadyGiver Giver, ReadyOffer Offer)> offers;
    private readonly List<WaitingRequest> requests = [];
    private readonly List<(int Request, int Offer, long Cost, double Metres)> pairs = [];
    private readonly List<long> worth = [];
    private readonly List<Takers> takers = [];
    private readonly List<WaitingRequest> risen = [];
    private readonly Seen[] seen;
    private readonly OfferSweep sweep;
    private long[] prices;
    private FlowProblem problem = null!;
    private int[] order = [];

    public RoundFlow(
        RoundInProgress round,
        List<(ReadyGiver Giver, ReadyOffer Offer)> offers,
        Countdown countdown
    )
    {
        (this.round, this.offers, this.countdown) = (round, offers, countdown);
        prices = [.. offers.Select(pair => pair.Offer.Price)];
        seen = new Seen[offers.Count];
        sweep = new OfferSweep(round.Waiting, offers.Count, Added);
    }

    public void Run()
    {
        try
        {
            Solve();
        }
        finally
        {
            foreach (var request in requests)
            {
                request.Position = -1;
                round.SetWorth(request);
            }
        }
    }

    /// <summary>Whether the time was over before nothing was missing any more.</summary>
    public bool Unfinished { get; private set; }

    /// <summary>What no plan can save more than.</summary>
    public long SavingBound { get; private set; }

    public int Pairs => pairs.Count;

    /// <summary>What goes where, in the order of the offers.</summary>
    public List<(ReadyGiver Giver, Trip.Stop Stop)> Assigned { get; } = [];

    private void Solve()
    {
        ListFirst();
        if (pairs.Count == 0)
        {
            // Prices of another day may be too dear for everything.
            Array.Clear(prices);
            ListFirst();
            if (pairs.Count == 0)
                return;
        }
        FlowPlan plan;
        while (true)
        {
            problem = ToProblem();
            problem.Validate();
            plan = FlowSolver.Relaxed(problem, prices, countdown);
            prices = plan.OfferPrices;
            Reprice();
            if (countdown.Past || countdown.Spent(ForPairs) || !AddMissing())
                break;
        }
        Unfinished = countdown.Past || countdown.Spent(ForPairs);
        for (int at = 0; at < offers.Count; at++)
            offers[at].Offer.Price = prices[at];
        SavingBound = Bound();
        plan = WholeRequests.Round(problem, plan, countdown);
        Assign(plan);
    }

    // Each offer takes what is best for it, and what is all taken is worth no more to the next than it costs the dearest of its
    // carriers. So the offers of a crowded place list different requests, and nearly all that are ever needed.
    private void ListFirst()
    {
        var best = new BestRequests(First);
        for (int at = 0; at < offers.Count; at++)
        {
            var (giver, offer) = offers[at];
            best.Clear(prices[at]);
            OfferSeeker.Find(round, giver, offer, best);
            seen[at] = new Seen(prices[at], Everything: best.Count < First);
            int left = offer.Left;
            foreach (ref readonly var one in best.All)
            {
                int request = Position(one.Request);
                pairs.Add((request, at, one.Cost, one.Metres));
                left -= takers[request].Add(one.Cost + prices[at], left);
                if (takers[request].Dearest is { } dearest)
                    Set(request, Math.Min(worth[request], dearest));
            }
        }
    }

    private bool AddMissing()
    {
        int before = pairs.Count;
        for (int start = 0; start < offers.Count; start += OfferSweep.Most)
        {
            if (countdown.Spent(ForPairs))
            {
                // These have not seen what is worth more now, and the next turn forgets what it was.
                Array.Clear(seen, start, seen.Length - start);
                break;
            }
            int end = Math.Min(start + OfferSweep.Most, offers.Count);
            sweep.Run(start, end, Missing);
            for (int at = start; at < end; at++)
            {
                var found = sweep.FoundFor(at);
                seen[at] = new Seen(prices[at], Everything: found.Length < Added);
                foreach (ref readonly var one in found)
                    pairs.Add((Position(one.Request), at, one.Cost, one.Metres));
            }
        }
        return pairs.Count > before;
    }

    // Whoever has listed all that was worth its price has nothing new to find but among what is worth more now.
    private void Missing(int at, BestRequests best)
    {
        var (giver, offer) = offers[at];
        best.Clear(prices[at]);
        if (risen.Count <= Few && seen[at].Everything && prices[at] >= seen[at].Price)
            OfferSeeker.FindAmong(risen, round, giver, offer, best);
        else
            OfferSeeker.Find(round, giver, offer, best);
    }

    private int Position(WaitingRequest request)
    {
        if (request.Position < 0)
        {
            request.Position = requests.Count;
            requests.Add(request);
            worth.Add(round.UnmetCost(request));
            takers.Add(new Takers(round.Wanted(request)));
        }
        return request.Position;
    }

    /// <summary>What is left of a unit's worth where somebody could serve it: nobody gains more by serving it instead.</summary>
    public long WorthAt(int position) => worth[position];

    private void Set(int request, long left)
    {
        worth[request] = left;
        requests[request].Worth = left - round.Aged;
        RequestTree.Outdate(requests[request].Leaf!);
    }

    private void Reprice()
    {
        risen.Clear();
        for (int request = 0; request < requests.Count; request++)
        {
            long left = problem.UnmetCost[request];
            for (int arc = problem.ArcStart[request]; arc < problem.ArcStart[request + 1]; arc++)
                left = Math.Min(left, problem.ArcCost[arc] + prices[problem.ArcOffer[arc]]);
            if (left > worth[request])
                risen.Add(requests[request]);
            Set(request, left);
        }
    }

    // A price raised by what its offer could still gain satisfies every pair, also when the deadline came before the end.
    private long Bound()
    {
        Int128 bound = 0;
        for (int request = 0; request < requests.Count; request++)
            bound += (Int128)problem.Units[request] * (problem.UnmetCost[request] - worth[request]);
        for (int start = 0; start < offers.Count; start += OfferSweep.Most)
        {
            int end = Math.Min(start + OfferSweep.Most, offers.Count);
            if (Unfinished)
                sweep.Run(start, end, Missing);
            for (int at = start; at < end; at++)
            {
                var found = Unfinished ? sweep.FoundFor(at) : [];
                bound += (Int128)(found.IsEmpty ? prices[at] : found[0].Gain) * offers[at].Offer.Left;
            }
        }
        return (long)Int128.Min(bound, long.MaxValue);
    }

    private FlowProblem ToProblem()
    {
        int[] start = new int[requests.Count + 1];
        foreach (var pair in pairs)
            start[pair.Request + 1]++;
        for (int request = 0; request < requests.Count; request++)
            start[request + 1] += start[request];
        int[] next = start[..^1];
        order = new int[pairs.Count];
        for (int pair = 0; pair < pairs.Count; pair++)
            order[next[pairs[pair].Request]++] = pair;
        int[] of = Array.ConvertAll(order, pair => pairs[pair].Offer);
        long[] cost = Array.ConvertAll(order, pair => pairs[pair].Cost);
        return new FlowProblem
        {
            Units = [.. requests.Select(round.Wanted)],
            Divisible = [.. requests.Select(request => request.Divisible)],
            UnmetCost = [.. requests.Select(round.UnmetCost)],
            Capacity = [.. offers.Select(pair => pair.Offer.Left)],
            ArcStart = start,
            ArcOffer = of,
            ArcCost = cost,
        };
    }

    private void Assign(FlowPlan plan)
    {
        for (int request = 0; request < requests.Count; request++)
        for (int arc = problem.ArcStart[request]; arc < problem.ArcStart[request + 1]; arc++)
            if (plan.ArcUnits[arc] > 0)
            {
                var (giver, offer) = offers[problem.ArcOffer[arc]];
                Assigned.Add(
                    (
                        giver,
                        new Trip.Stop(
                            requests[request],
                            offer,
                            plan.ArcUnits[arc],
                            pairs[order[arc]].Metres,
                            problem.UnmetCost[request] - problem.ArcCost[arc],
                            Further: false
                        )
                    )
                );
            }
    }

    // At which price an offer was last looked for, and whether all that gained by it was listed.
    private readonly record struct Seen(long Price, bool Everything);
}
