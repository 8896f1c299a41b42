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
