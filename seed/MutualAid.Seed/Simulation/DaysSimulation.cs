using MutualAid.Matching;

namespace MutualAid.Seed.Simulation;

/// <summary>
/// Lets the days of a scenario pass under one policy: events in the order of their times, and a round whenever something has
/// changed since the last one. The code that serves plans the rounds; only the clock and the people are made up.
/// </summary>
internal sealed class DaysSimulation
{
    private static readonly Category[] Categories =
    [
        NeedMix.Food,
        NeedMix.Necessities,
        NeedMix.Medicine,
        NeedMix.Supplies,
        NeedMix.Advice,
        NeedMix.Other,
    ];

    private readonly Scenario scenario;
    private readonly Policy policy;
    private readonly Errands errands;
    private readonly Agenda agenda = new();
    private readonly NeedProgress[] needs;
    private readonly GiverProgress[] givers;
    private readonly WaitingRequests waiting;
    private readonly WaitingRequest?[] requests;
    private readonly HashSet<int> changed = [];
    private readonly ServedShares shares;
    private readonly CostModel costs;
    private bool anythingNew;

    public DaysSimulation(Scenario scenario, Policy policy)
    {
        (this.scenario, this.policy) = (scenario, policy);
        costs = new CostModel(policy.Costs);
        needs = [.. scenario.Needs.Select(need => new NeedProgress(need))];
        givers = [.. scenario.Givers.Select(giver => new GiverProgress(giver, scenario.Days + 1))];
        waiting = new WaitingRequests(costs);
        requests = new WaitingRequest?[needs.Length];
        shares = new ServedShares();
        errands = new Errands(scenario, agenda, costs.Options.MetresPerSecond, Changed);
        foreach (var need in needs)
            agenda.At(need.Need.PostedAt, () => Post(need));
        for (int day = 0; day <= scenario.Days; day++)
            foreach (var giver in givers)
                agenda.At(day * (double)Scenario.Day + giver.Giver.From, () => anythingNew = true);
    }

    /// <summary>Called with what is planned, before it is asked: for tests that watch.</summary>
    public Action<double, IReadOnlyList<Ask>, IReadOnlyList<GiverProgress>>? Watch { get; init; }

    public RunFigures Run()
    {
        for (double now = Rules.RoundSeconds; now < scenario.Horizon; now += Rules.RoundSeconds)
        {
            agenda.RunUntil(now);
            if (!anythingNew)
                continue;
            anythingNew = false;
            Round(now);
        }
        agenda.RunUntil(scenario.Horizon);
        return RunFigures.Of(scenario, needs, givers, errands.Asked);
    }

    private void Post(NeedProgress need)
    {
        shares.Post(need.Need);
        Changed(need);
    }

    private void Changed(NeedProgress? need)
    {
        anythingNew = true;
        if (need is not null)
            changed.Add(need.Need.Number);
    }

    private void Round(double now)
    {
        foreach (int number in changed)
        {
            requests[number] = needs[number].AsWaiting(scenario, scenario.Root, Categories);
            if (requests[number] is { } request)
                waiting.Put(request);
            else
                waiting.Remove(needs[number].Need.Id);
        }
        changed.Clear();
        int day = (int)(now / Scenario.Day);
        var ready = Array.ConvertAll(givers, giver => Ready(giver, day, now));
        if (waiting.Count == 0 || ready.All(giver => giver is null))
            return;
        var asks = policy.Plan(
            new RoundView(scenario, waiting, requests, ready, shares.Deficits(now, needs), scenario.At(now))
        );
        Watch?.Invoke(now, asks, givers);
        foreach (var trip in asks.GroupBy(ask => ask.Giver))
            errands.Ask(givers[trip.Key], day, now, [.. trip.Select(ask => (needs[ask.Need], ask.Units))]);
    }

    private ReadyGiver? Ready(GiverProgress progress, int day, double now)
    {
        var giver = progress.Giver;
        int free = progress.Free(day);
        int households = scenario.HouseholdsADay - progress.Opened(now);
        if (
            progress.Current is not null
            || progress.QuietUntil > now
            || !giver.OnDuty(now)
            || free < 1
            || households < 1
            || progress.Trips(now) >= Rules.TripsAWeek
        )
            return null;
        return new ReadyGiver
        {
            Account = giver.Account,
            Offers =
            [
                new ReadyOffer
                {
                    Id = giver.Offer,
                    RootArea = scenario.Root,
                    Category = Array.IndexOf(Categories, giver.Category),
                    Free = free,
                    Longitude = giver.Longitude,
                    Latitude = giver.Latitude,
                    Reach = giver.ReachMetres,
                },
            ],
            Matches = Rules.MatchesATrip,
            NewHouseholds = households,
            Households = households,
            NotFor = progress.Declined,
            Load = progress.Load(now),
            Acceptance = progress.Learned,
        };
    }
}
