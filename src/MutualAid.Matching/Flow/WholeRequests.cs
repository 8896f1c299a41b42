namespace MutualAid.Matching.Flow;

/// <summary>
/// Makes a plan that splits indivisible requests into one that does not: each of them goes whole to one offer or to none,
/// the offer being chosen by cost plus price; then what is divisible is planned anew, exactly, in the room that is left.
/// </summary>
/// <remarks>
/// The prices make the choice: a dear offer is one that others need. Because divisible units flow around whatever is placed,
/// only whole requests compete for room here, the largest first, since they fit in the fewest places.
/// </remarks>
internal sealed class WholeRequests
{
    private const int Passes = 4;
    private readonly FlowProblem problem;
    private readonly FlowPlan relaxed;
    private readonly Countdown countdown;
    private readonly int[] whole; // the indivisible requests of several units, the largest first
    private readonly int[] carrier; // the arc that carries each request, or −1
    private readonly int[] room; // each offer's units that no whole request takes
    private readonly int[] firstAt; // each offer's whole requests, chained; −1 ends
    private readonly int[] nextAt; // by request

    private WholeRequests(FlowProblem problem, FlowPlan relaxed, Countdown countdown)
    {
        (this.problem, this.relaxed, this.countdown) = (problem, relaxed, countdown);
        whole =
        [
            .. Enumerable
                .Range(0, problem.RequestCount)
                .Where(request => !problem.Divisible[request] && problem.Units[request] > 1)
                .OrderByDescending(request => problem.Units[request]),
        ];
        carrier = new int[problem.RequestCount];
        room = [.. problem.Capacity];
        firstAt = new int[problem.OfferCount];
        nextAt = new int[problem.RequestCount];
        Array.Fill(firstAt, -1);
    }

    public static FlowPlan Round(FlowProblem problem, FlowPlan relaxed, Countdown countdown)
    {
        if (Array.TrueForAll(problem.Divisible, divisible => divisible))
            return relaxed;
        var rounding = new WholeRequests(problem, relaxed, countdown);
        return rounding.KeepWhole() ? relaxed : rounding.Best();
    }

    // Takes over what the relaxed plan already carries whole; whether that is all.
    private bool KeepWhole()
    {
        bool all = true;
        Array.Fill(carrier, -1);
        foreach (int request in whole)
        {
            for (int arc = problem.ArcStart[request]; arc < problem.ArcStart[request + 1]; arc++)
                if (relaxed.ArcUnits[arc] == problem.Units[request])
                    Move(request, arc);
            all &= carrier[request] >= 0 || relaxed.Unmet[request] == problem.Units[request];
        }
        return all;
    }

    private FlowPlan Best()
    {
        foreach (int request in whole)
            if (carrier[request] < 0)
                Move(request, Cheapest(request));
        var best = Complete();
        for (int pass = 0; pass < Passes && !countdown.Past && Improve(); pass++)
            if (Complete() is var plan && plan.Objective < best.Objective)
                best = plan;
        return best;
    }

    // The arc that costs least with its price and has room; −1 when leaving the request unmet is cheaper still.
    private int Cheapest(int request)
    {
        long least = problem.UnmetCost[request];
        int best = -1;
        for (int arc = problem.ArcStart[request]; arc < problem.ArcStart[request + 1]; arc++)
        {
            int offer = problem.ArcOffer[arc];
            bool fits =
                room[offer] + (arc == carrier[request] ? problem.Units[request] : 0)
                >= problem.Units[request];
            long cost = problem.ArcCost[arc] + relaxed.OfferPrices[offer];
            // Of two that cost the same, being met is worth more than the price says: prices pay for whole and part alike.
            if (
                !fits
                || problem.ArcCost[arc] >= problem.UnmetCost[request]
                || (best < 0 ? cost > least : cost >= least)
            )
                continue;
            (least, best) = (cost, arc);
        }
        return best;
    }

    private bool Improve()
    {
        bool improved = false;
        foreach (int request in whole)
        {
            if (countdown.Past)
                break;
            int arc = Cheapest(request);
            if (arc != carrier[request] && Cost(request, arc) < Cost(request, carrier[request]))
            {
                Move(request, arc);
                improved = true;
            }
            else if (carrier[request] < 0)
                improved |= Displace(request);
        }
        return improved;
    }

    // Takes an offer from another whole request when the exchange saves something, even if that one stays unmet.
    private bool Displace(int request)
    {
        for (int arc = problem.ArcStart[request]; arc < problem.ArcStart[request + 1]; arc++)
        {
            if (problem.ArcCost[arc] >= problem.UnmetCost[request])
                continue;
            int offer = problem.ArcOffer[arc];
            for (int other = firstAt[offer], next; other >= 0; other = next)
            {
                next = nextAt[other]; // an exchange that is undone chains the other anew, at the front
                if (
                    room[offer] + problem.Units[other] >= problem.Units[request]
                    && Exchange(request, arc, other)
                )
                    return true;
            }
        }
        return false;
    }

    private bool Exchange(int request, int arc, int other)
    {
        int former = carrier[other];
        Int128 before = Cost(request, -1) + Cost(other, former);
        Move(other, -1);
        Move(request, arc);
        int elsewhere = Cheapest(other);
        if (Cost(request, arc) + Cost(other, elsewhere) < before)
        {
            Move(other, elsewhere);
            return true;
        }
        Move(request, -1);
        Move(other, former);
        return false;
    }

    private Int128 Cost(int request, int arc) =>
        (Int128)problem.Units[request]
        * (
            arc < 0
                ? problem.UnmetCost[request]
                : problem.ArcCost[arc] + relaxed.OfferPrices[problem.ArcOffer[arc]]
        );

    private void Move(int request, int arc)
    {
        if (carrier[request] >= 0)
        {
            int from = problem.ArcOffer[carrier[request]];
            room[from] += problem.Units[request];
            Unchain(from, request);
        }
        carrier[request] = arc;
        if (arc < 0)
            return;
        int to = problem.ArcOffer[arc];
        room[to] -= problem.Units[request];
        (nextAt[request], firstAt[to]) = (firstAt[to], request);
    }

    private void Unchain(int offer, int request)
    {
        if (firstAt[offer] == request)
        {
            firstAt[offer] = nextAt[request];
            return;
        }
        int before = firstAt[offer];
        while (nextAt[before] != request)
            before = nextAt[before];
        nextAt[before] = nextAt[request];
    }

    // The rest, exactly, in the room that the whole requests leave.
    private FlowPlan Complete()
    {
        int[] units = [.. problem.Units];
        foreach (int request in whole)
            units[request] = 0;
        var rest = problem with { Units = units, Capacity = room };
        var plan = FlowSolver.Relaxed(rest, relaxed.OfferPrices, countdown);
        long objective = plan.Objective;
        foreach (int request in whole)
        {
            int arc = carrier[request];
            if (arc >= 0)
                plan.ArcUnits[arc] = problem.Units[request];
            else
                plan.Unmet[request] = problem.Units[request];
            objective +=
                problem.Units[request] * (arc >= 0 ? problem.ArcCost[arc] : problem.UnmetCost[request]);
        }
        return relaxed with
        {
            ArcUnits = plan.ArcUnits,
            Unmet = plan.Unmet,
            Objective = objective,
            PastDeadline = relaxed.PastDeadline || plan.PastDeadline,
        };
    }
}
