using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Tests.Flow;

public sealed class ComponentTests
{
    private static readonly FlowOptions Options = new() { Deadline = null };

    [Theory]
    [InlineData(3)] // plenty
    [InlineData(2)] // in balance
    [InlineData(1)] // scarcity
    public void two_towns_that_share_nothing_cost_what_each_of_them_costs(int mostToGive)
    {
        var first = Town(1, mostToGive);
        var second = Town(2, mostToGive);
        var both = Interleave(first, second);
        var plan = FlowSolver.Solve(both, Options);
        Assert.Empty(Certificate.Verify(both, plan).Faults);
        Assert.Equal(0, plan.Gap);
        Assert.Equal(
            FlowSolver.Solve(first, Options).Objective + FlowSolver.Solve(second, Options).Objective,
            plan.Objective
        );
    }

    [Fact]
    public void the_same_problem_has_the_same_plan_however_the_cores_take_turns()
    {
        var both = Interleave(Town(1, 2), Town(2, 2));
        var plan = FlowSolver.Solve(both, Options);
        for (int again = 0; again < 5; again++)
        {
            var other = FlowSolver.Solve(both, Options);
            Assert.Equal(plan.ArcUnits, other.ArcUnits);
            Assert.Equal(plan.OfferPrices, other.OfferPrices);
        }
    }

    // A row of places: each request may go to six offers next to its own place.
    private static FlowProblem Town(int seed, int mostToGive)
    {
        var random = new Random(seed);
        const int requests = 3_000;
        const int degree = 6;
        int[] offers = new int[requests * degree];
        for (int request = 0; request < requests; request++)
        {
            int place = random.Next(2_000 - degree);
            for (int arc = 0; arc < degree; arc++)
                offers[request * degree + arc] = place + arc;
        }
        return new FlowProblem
        {
            Units = [.. Enumerable.Repeat(1, requests)],
            Divisible = [.. Enumerable.Repeat(true, requests)],
            UnmetCost = [.. Enumerable.Repeat(100_000L, requests)],
            Capacity = [.. Enumerable.Range(0, 2_000).Select(_ => random.Next(1, mostToGive + 1))],
            ArcStart = [.. Enumerable.Range(0, requests + 1).Select(request => request * degree)],
            ArcOffer = offers,
            ArcCost = [.. offers.Select(_ => random.NextInt64(1_000))],
        };
    }

    // A request and an offer of the one, then of the other.
    private static FlowProblem Interleave(FlowProblem first, FlowProblem second)
    {
        var start = new List<int> { 0 };
        var offers = new List<int>();
        var costs = new List<long>();
        for (int request = 0; request < first.RequestCount; request++)
            foreach (var (town, at) in (ReadOnlySpan<(FlowProblem, int)>)[(first, 0), (second, 1)])
            {
                for (int arc = town.ArcStart[request]; arc < town.ArcStart[request + 1]; arc++)
                {
                    offers.Add(2 * town.ArcOffer[arc] + at);
                    costs.Add(town.ArcCost[arc]);
                }
                start.Add(offers.Count);
            }
        return new FlowProblem
        {
            Units = Alternate(first.Units, second.Units),
            Divisible = Alternate(first.Divisible, second.Divisible),
            UnmetCost = Alternate(first.UnmetCost, second.UnmetCost),
            Capacity = Alternate(first.Capacity, second.Capacity),
            ArcStart = [.. start],
            ArcOffer = [.. offers],
            ArcCost = [.. costs],
        };
    }

    private static T[] Alternate<T>(T[] first, T[] second) =>
        [.. first.Zip(second, (T one, T other) => (T[])[one, other]).SelectMany(pair => pair)];
}
