using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Tests.Flow;

public sealed class PlacedPlanTests
{
    private static readonly FlowOptions Options = new() { Deadline = null };

    [Fact]
    public void the_plan_from_a_few_pairs_costs_what_the_best_over_all_pairs_costs()
    {
        int missing = 0;
        for (int seed = 0; seed < 200; seed++)
        {
            var placed = Crowd(new Random(seed), seed % 2 == 0 ? 105.85 : 179.999, divisible: true);
            var all = AllPairs(placed);
            var found = PlacedSolver.Solve(placed, Options);
            missing += found.Rounds > 1 ? 1 : 0;
            Assert.Empty(Certificate.Verify(found.Problem, found.Plan).Faults);
            Assert.Equal(0, found.Plan.Gap);
            // The same prices prove it over all pairs.
            var full = FlowSolver.Solve(all, Options);
            Assert.Equal(full.Objective, found.Plan.Objective);
            Assert.Equal(
                found.Plan.Objective,
                Certificate.Verify(all, full with { OfferPrices = found.Plan.OfferPrices }).Bound
            );
            if (seed % 10 == 0)
                Assert.Equal(CheapestByHand.Cost(all), found.Plan.Objective);
        }
        Assert.True(
            missing > 100,
            $"in {200 - missing} of 200 the nearest pairs were enough: this shows little"
        );
    }

    [Fact]
    public void the_bound_of_a_plan_with_whole_requests_holds_over_all_pairs()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            var placed = Crowd(new Random(seed), 105.85, divisible: false);
            var found = PlacedSolver.Solve(placed, Options);
            Assert.Empty(Certificate.Verify(found.Problem, found.Plan).Faults);
            Assert.Equal(FlowSolver.Solve(AllPairs(placed), Options).Bound, found.Plan.Bound);
        }
    }

    [Fact]
    public void past_the_deadline_the_bound_holds_over_all_pairs()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var placed = Crowd(new Random(seed), 105.85, divisible: true);
            var found = PlacedSolver.Solve(placed, Options with { Deadline = TimeSpan.FromTicks(-1) });
            Assert.True(found.Plan.PastDeadline);
            Assert.Empty(Certificate.Verify(found.Problem, found.Plan).Faults);
            Assert.True(found.Plan.Bound <= FlowSolver.Solve(AllPairs(placed), Options).Objective);
        }
    }

    [Fact]
    public void nothing_to_pair_is_a_plan_too()
    {
        var none = Crowd(new Random(1), 0, divisible: true, requests: 3, offers: 0);
        Assert.Equal(none.Units, PlacedSolver.Solve(none, Options).Plan.Unmet);
        Assert.Empty(
            PlacedSolver.Solve(Crowd(new Random(1), 0, true, requests: 0, offers: 3), Options).Plan.Unmet
        );
    }

    // Hot spots: everything within two kilometres of one of three places; some of it at the very same place.
    private static PlacedProblem Crowd(
        Random random,
        double east,
        bool divisible,
        int requests = 60,
        int offers = 40
    )
    {
        double Near(double degrees) => degrees + random.Next(3) * 0.02 + random.Next(9) * 0.002;
        double Longitude() => Near(east) is var degrees && degrees > 180 ? degrees - 360 : degrees;
        long[] unmet = [2_000, 5_000, 1_000_000];
        return new PlacedProblem
        {
            RequestLongitude = [.. Enumerable.Range(0, requests).Select(_ => Longitude())],
            RequestLatitude = [.. Enumerable.Range(0, requests).Select(_ => Near(21))],
            OfferLongitude = [.. Enumerable.Range(0, offers).Select(_ => Longitude())],
            OfferLatitude = [.. Enumerable.Range(0, offers).Select(_ => Near(21))],
            ReachMetres = [.. Enumerable.Range(0, offers).Select(_ => random.Next(500, 6_000) + 0.5)],
            Units = [.. Enumerable.Range(0, requests).Select(_ => random.Next(0, 4))],
            Divisible = [.. Enumerable.Range(0, requests).Select(_ => divisible || random.Next(2) == 0)],
            UnmetCost = [.. Enumerable.Range(0, requests).Select(_ => unmet[random.Next(3)])],
            Capacity = [.. Enumerable.Range(0, offers).Select(_ => random.Next(0, 5))],
            CostOfMetres = metres => (long)(metres / 100) * 100,
        };
    }

    private static FlowProblem AllPairs(PlacedProblem placed)
    {
        var start = new List<int> { 0 };
        var offers = new List<int>();
        var costs = new List<long>();
        for (int request = 0; request < placed.Units.Length; request++)
        {
            for (int offer = 0; offer < placed.Capacity.Length; offer++)
            {
                double metres = Sphere.Metres(
                    placed.RequestLongitude[request],
                    placed.RequestLatitude[request],
                    placed.OfferLongitude[offer],
                    placed.OfferLatitude[offer]
                );
                if (metres > placed.ReachMetres[offer])
                    continue;
                offers.Add(offer);
                costs.Add(placed.CostOfMetres(metres));
            }
            start.Add(offers.Count);
        }
        return new FlowProblem
        {
            Units = placed.Units,
            Divisible = placed.Divisible,
            UnmetCost = placed.UnmetCost,
            Capacity = placed.Capacity,
            ArcStart = [.. start],
            ArcOffer = [.. offers],
            ArcCost = [.. costs],
        };
    }
}
