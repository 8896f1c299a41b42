using FsCheck;
using FsCheck.Fluent;
using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Tests.Flow;

public sealed class CheapestPlanTests
{
    private static readonly FlowOptions Options = new() { Deadline = null };

    [Fact]
    public void a_plan_costs_what_the_slow_way_finds_and_proves_it() =>
        Holds(FlowProblems.Divisible, problem => Faults(problem, FlowSolver.Solve(problem, Options)));

    [Fact]
    public void starting_prices_change_no_cost() =>
        Holds(
            from problem in FlowProblems.Divisible
            from prices in Gen.Choose(-1, 2_000).ArrayOf(problem.OfferCount)
            select (problem, prices),
            given =>
                Faults(
                    given.problem,
                    FlowSolver.Solve(
                        given.problem,
                        Options with
                        {
                            StartPrices = [.. given.prices.Select(price => (long)price)],
                        }
                    )
                )
        );

    [Fact]
    public void starting_prices_of_another_problem_are_refused()
    {
        var problem = FlowProblems.Divisible.Sample(1, 10)[0];
        var options = Options with { StartPrices = new long[problem.OfferCount + 1] };
        Assert.Throws<ArgumentException>(() => FlowSolver.Solve(problem, options));
    }

    [Fact]
    public void a_problem_whose_arrays_do_not_fit_is_refused_and_told_where()
    {
        var problem = new FlowProblem
        {
            Units = [1],
            Divisible = [true],
            UnmetCost = [FlowProblem.GreatestCost],
            Capacity = [1],
            ArcStart = [0, 1],
            ArcOffer = [0],
            ArcCost = [0],
        };
        problem.Validate();
        Refused("ArcOffer[0]", problem with { ArcOffer = [1] });
        Refused("ArcOffer[0]", problem with { ArcOffer = [-1] });
        Refused("ArcCost[0]", problem with { ArcCost = [-1] });
        Refused("ArcCost[0]", problem with { ArcCost = [FlowProblem.GreatestCost + 1] });
        Refused("UnmetCost[0]", problem with { UnmetCost = [-1] });
        Refused("Units[0]", problem with { Units = [-1] });
        Refused("Capacity[0]", problem with { Capacity = [-1] });
        Refused("ArcStart", problem with { ArcStart = [0, 2] });
        Refused("2^61", problem with { Units = [int.MaxValue] });
    }

    private static void Refused(string where, FlowProblem problem) =>
        Assert.Contains(where, Assert.Throws<ArgumentException>(problem.Validate).Message);

    [Fact]
    public void a_big_problem_with_scarcity_on_one_side_of_town_is_proved_too()
    {
        // Offers 0 to 1,999 stand in a row of places; the further up, the more of them for the requests there.
        var random = new Random(1);
        const int requests = 25_000;
        const int degree = 6;
        int[] offers = new int[requests * degree];
        for (int request = 0; request < requests; request++)
        {
            int place = (int)(Math.Sqrt(random.NextDouble()) * 1_990);
            for (int arc = 0; arc < degree; arc++)
                offers[request * degree + arc] = place + arc;
        }
        var problem = new FlowProblem
        {
            Units = [.. Enumerable.Range(0, requests).Select(_ => random.Next(1, 3))],
            Divisible = [.. Enumerable.Repeat(true, requests)],
            // Costs so near the unmet costs that the sides do mix.
            UnmetCost = [.. Enumerable.Range(0, requests).Select(_ => random.NextInt64(500, 3_000))],
            Capacity = [.. Enumerable.Range(0, 2_000).Select(_ => random.Next(0, 38))],
            ArcStart = [.. Enumerable.Range(0, requests + 1).Select(request => request * degree)],
            ArcOffer = offers,
            ArcCost = [.. offers.Select(_ => random.NextInt64(1_000))],
        };
        var plan = FlowSolver.Solve(problem, Options);
        Assert.Empty(Certificate.Verify(problem, plan).Faults);
        Assert.Equal(0, plan.Gap);
    }

    private static List<string> Faults(FlowProblem problem, FlowPlan plan)
    {
        var certificate = Certificate.Verify(problem, plan);
        var faults = certificate.Faults.ToList();
        if (plan.Gap != 0 || certificate.Gap != 0)
            faults.Add($"a gap of {plan.Gap}, {certificate.Gap}");
        var least = CheapestByHand.Cost(problem);
        if (least != plan.Objective)
            faults.Add($"costs {plan.Objective}, could cost {least}");
        return faults;
    }

    private static void Holds<T>(Gen<T> given, Func<T, List<string>> faults) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1_000),
            Prop.ForAll(
                given.ToArbitrary(),
                one =>
                {
                    var found = faults(one);
                    return (found.Count == 0).Label(string.Join("; ", found));
                }
            )
        );
}
