using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Tests.Rounds;

public sealed class RoundPlanTests
{
    private const int Towns = 2_000;
    private static readonly PlanOptions Options = new() { Deadline = null, TripRadius = 900 };

    [Fact]
    public void a_plan_breaks_no_rule() => ForMany(town => Rules.Broken(town.Plan(Options).Matches, Options));

    [Fact]
    public void nothing_could_be_added_to_a_plan() =>
        ForMany(town =>
        {
            var plan = town.Plan(Options).Matches;
            int trips = plan.Count == 0 ? 0 : plan.Max(match => match.Trip) + 1;
            return
            [
                .. from request in town.Requests
                let asked = plan.Where(match => match.Request == request).ToList()
                let left = request.Unmet
                    - request.Asked
                    - asked.Where(match => !match.Further).Sum(match => match.Units)
                where left > 0 && request.Asks > 0
                from giver in town.Givers
                let trip = plan.FirstOrDefault(match => match.Giver == giver)?.Trip ?? trips
                from offer in giver.Offers
                let units = Math.Min(
                    left,
                    offer.Free - plan.Where(match => match.Offer == offer).Sum(match => match.Units)
                )
                where units > 0
                let more = new PlannedMatch(request, giver, offer, units, trip, 0, Further: false)
                where Rules.Broken([.. plan, more], Options).Count == 0
                select $"{more.Units} more would fit",
            ];
        });

    [Fact]
    public void no_plan_over_every_pair_saves_more_than_the_bound_and_the_bound_is_the_best_of_these() =>
        ForMany(town =>
        {
            var plan = town.Plan(Options);
            long best = AllPairs(town);
            return plan.SavingBound == best && plan.Saving <= best
                ? []
                : [$"bound {plan.SavingBound}, best {best}, saving {plan.Saving}"];
        });

    [Fact]
    public void prices_of_another_round_change_no_bound()
    {
        var planner = new RoundPlanner(Options);
        ForMany(town =>
        {
            long warm = town.Plan(planner: planner).SavingBound;
            return warm == town.Plan(Options).SavingBound ? [] : [$"{warm}"];
        });
    }

    [Fact]
    public void requests_that_came_and_went_leave_no_trace() =>
        ForMany(town =>
        {
            var waiting = new WaitingRequests(town.Costs);
            var random = new Random(1);
            foreach (
                var other in Enumerable
                    .Range(0, 100)
                    .Select(number => Town.Request(number, random.Next(3_000), category: number % 2))
            )
                waiting.Put(other);
            foreach (int number in Enumerable.Range(0, 100))
                waiting.Remove(Town.Id(1, number));
            foreach (var request in town.Requests)
                waiting.Put(request);
            var planned = new RoundPlanner(Options).Plan(waiting, town.Givers, town.Deficits, Town.Now);
            var fresh = town.Plan(Options);
            return planned.SavingBound == fresh.SavingBound && waiting.Count == town.Requests.Count
                ? []
                : ["another plan"];
        });

    [Fact]
    public void past_the_deadline_the_plan_still_breaks_no_rule_and_its_bound_holds() =>
        ForMany(town =>
        {
            var hurried = Options with { Deadline = TimeSpan.FromTicks(-1) };
            var plan = town.Plan(hurried);
            return
            [
                .. Rules.Broken(plan.Matches, hurried),
                .. plan.SavingBound >= AllPairs(town)
                    ? Array.Empty<string>()
                    : ["a bound that does not hold"],
                .. plan.PastDeadline || town.Requests.Count == 0
                    ? Array.Empty<string>()
                    : ["no word of the deadline"],
            ];
        });

    [Fact]
    public void the_same_town_gives_the_same_plan() =>
        ForMany(town =>
            town.Plan(Options).Matches.SequenceEqual(town.Plan(Options).Matches) ? [] : ["two plans"]
        );

    [Fact]
    public void the_towns_make_every_limit_bind_at_times()
    {
        var plans = Enumerable.Range(0, Towns).Select(seed => Town.Any(seed).Plan(Options)).ToList();
        Assert.True(plans.Count(plan => plan.Matches.Any(match => match.Further)) > 50);
        Assert.True(plans.Count(plan => plan.Gap > 0) > 50);
        Assert.True(plans.Count(plan => plan.Gap == 0 && plan.Matches.Count > 3) > 50);
        Assert.True(
            plans.Count(plan => plan.Matches.GroupBy(match => match.Trip).Any(trip => trip.Count() > 2)) > 50
        );
    }

    // Every pair that may meet, listed; trips of any size: the best that a flow can do.
    private static long AllPairs(Town town)
    {
        var requests = town
            .Requests.Where(request => request.Asks > 0 && request.Unmet > request.Asked)
            .ToList();
        var offers = town
            .Givers.Where(giver => giver.Matches > 0)
            .SelectMany(giver => giver.Offers.Select(offer => (Giver: giver, Offer: offer)))
            .ToList();
        var (start, of, cost) = (new List<int> { 0 }, new List<int>(), new List<long>());
        long unmet = 0;
        long Unmet(WaitingRequest request) =>
            town.Costs.UnmetCost(
                request.Urgency,
                (long)(Town.Now - request.PostedAt).TotalSeconds,
                town.Deficits.GetValueOrDefault(request.Area)
            );
        foreach (var request in requests)
        {
            int units = request.Unmet - request.Asked;
            unmet += units * Unmet(request);
            for (int at = 0; at < offers.Count; at++)
            {
                var (giver, offer) = offers[at];
                double metres = Spheroid.Metres(
                    offer.Longitude,
                    offer.Latitude,
                    request.Longitude,
                    request.Latitude
                );
                if (
                    offer.Category != request.Category
                    || metres > offer.Reach
                    || !giver.MayMeet(request)
                    || (!request.Divisible && units > offer.Free)
                )
                    continue;
                of.Add(at);
                cost.Add(
                    CostModel.PerUnit(
                        town.Costs.VisitCost(request.Urgency, metres, giver.Acceptance, giver.Load),
                        Math.Min(units, offer.Free)
                    )
                );
            }
            start.Add(of.Count);
        }
        var problem = new FlowProblem
        {
            Units = [.. requests.Select(request => request.Unmet - request.Asked)],
            Divisible = [.. requests.Select(_ => true)],
            UnmetCost = [.. requests.Select(Unmet)],
            Capacity = [.. offers.Select(pair => pair.Offer.Free)],
            ArcStart = [.. start],
            ArcOffer = [.. of],
            ArcCost = [.. cost],
        };
        return unmet - FlowSolver.Solve(problem, new FlowOptions { Deadline = null }).Objective;
    }

    private static void ForMany(Func<Town, IEnumerable<string>> broken)
    {
        for (int seed = 0; seed < Towns; seed++)
            Assert.Empty(broken(Town.Any(seed)).Select(rule => $"town {seed}: {rule}"));
    }
}
