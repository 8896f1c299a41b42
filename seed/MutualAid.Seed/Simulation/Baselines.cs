using MutualAid.Matching;

namespace MutualAid.Seed.Simulation;

/// <summary>The oldest need first, to the nearest giver who has room for it: what a dispatcher with a list and a map does.</summary>
internal sealed class OldestFirst : Policy
{
    /// <summary>Matches that a trip has at most.</summary>
    public int NeedsATrip { get; init; } = Rules.MatchesATrip;

    public override IReadOnlyList<Ask> Plan(RoundView round)
    {
        var trips = new GreedyTrips(round, NeedsATrip);
        foreach (bool further in (bool[])[false, true])
        {
            bool any;
            do
            {
                any = false;
                // Numbers follow the times of posting.
                for (int need = 0; need < round.Requests.Length; need++)
                {
                    if (trips.Wanted(need, further) < 1)
                        continue;
                    foreach (var (giver, _) in round.Scenario.Reach.OfNeed(need))
                    {
                        if (trips.Take(need, giver, further))
                        {
                            any = true;
                            if (further || trips.Wanted(need, further) < 1)
                                break;
                        }
                    }
                }
            } while (further && any);
        }
        return trips.Asks;
    }
}

/// <summary>The shortest way first, over everybody who waits and everybody who is ready.</summary>
internal sealed class ShortestFirst : Policy
{
    public override IReadOnlyList<Ask> Plan(RoundView round)
    {
        var pairs = new List<(double Metres, int Need, int Giver)>();
        for (int giver = 0; giver < round.Ready.Length; giver++)
            if (round.Ready[giver] is not null)
                foreach (var (need, metres) in round.Scenario.Reach.OfGiver(giver))
                    if (round.Requests[need] is not null)
                        pairs.Add((metres, need, giver));
        pairs.Sort();
        var trips = new GreedyTrips(round, Rules.MatchesATrip);
        foreach (var (_, need, giver) in pairs)
            trips.Take(need, giver, further: false);
        // One further giver for each urgent need, then one more for each that is still not sure enough.
        bool any;
        do
        {
            any = false;
            var asked = new HashSet<int>();
            foreach (var (_, need, giver) in pairs)
                if (!asked.Contains(need) && trips.Take(need, giver, further: true))
                    any |= asked.Add(need);
        } while (any);
        return trips.Asks;
    }
}

/// <summary>The trips of a round that is planned ask by ask, by the rules that the planner keeps too.</summary>
internal sealed class GreedyTrips(RoundView round, int needsATrip)
{
    private readonly Dictionary<int, List<WaitingRequest>> trips = [];
    private readonly Dictionary<int, int> given = [];
    private readonly Dictionary<int, (int Left, int Asks, double AllRefuse)> progress = [];
    private readonly HashSet<int> onlyFurther = [];

    public List<Ask> Asks { get; } = [];

    /// <summary>Units of a need that somebody may be asked for now.</summary>
    public int Wanted(int need, bool further)
    {
        if (round.Requests[need] is not { } request)
            return 0;
        var (left, asks, allRefuse) = Of(need, request);
        if (asks < 1)
            return 0;
        if (!further)
            return left;
        return request.Urgency == 2 && allRefuse < 1 && 1 - allRefuse < Rules.UrgentCertainty
            ? request.Unmet
            : 0;
    }

    public bool Take(int need, int giver, bool further)
    {
        int wanted = Wanted(need, further);
        if (wanted < 1 || round.Ready[giver] is not { } ready)
            return false;
        var request = round.Requests[need]!;
        int units = Math.Min(wanted, ready.Offers[0].Free - given.GetValueOrDefault(giver));
        if (
            units < 1
            || (!request.Divisible && units < wanted)
            || !ready.MayMeet(request)
            || !Fits(giver, ready, request, further)
        )
            return false;
        if (!trips.TryGetValue(giver, out var trip))
            trips[giver] = trip = [];
        if (trip.Count == 0 && further)
            onlyFurther.Add(giver);
        trip.Add(request);
        given[giver] = given.GetValueOrDefault(giver) + units;
        var (left, asks, allRefuse) = Of(need, request);
        progress[need] = (Math.Max(0, left - units), asks - 1, allRefuse * (1 - ready.Acceptance));
        Asks.Add(new Ask(need, giver, units));
        return true;
    }

    // Further asks go to givers whom the first ones have left idle.
    private bool Fits(int giver, ReadyGiver ready, WaitingRequest request, bool further)
    {
        if (!trips.TryGetValue(giver, out var trip))
            return ready.Households > 0;
        if (trip.Count >= needsATrip || (further && !onlyFurther.Contains(giver)) || trip.Contains(request))
            return false;
        if (
            Spheroid.Metres(trip[0].Longitude, trip[0].Latitude, request.Longitude, request.Latitude)
            > Rules.TripMetres
        )
            return false;
        int households = trip.Select(stop => stop.Household).Append(request.Household).Distinct().Count();
        return households <= ready.NewHouseholds;
    }

    private (int Left, int Asks, double AllRefuse) Of(int need, WaitingRequest request) =>
        progress.TryGetValue(need, out var of)
            ? of
            : (request.Unmet - request.Asked, request.Asks, request.AllRefuse);
}
