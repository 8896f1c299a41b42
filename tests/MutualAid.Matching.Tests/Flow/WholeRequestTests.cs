using FsCheck;
using FsCheck.Fluent;
using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Tests.Flow;

public sealed class WholeRequestTests
{
    private static readonly FlowOptions Options = new() { Deadline = null };

    [Fact]
    public void no_indivisible_request_is_split_and_the_gap_is_proved()
    {
        int gaps = 0;
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1_000),
            Prop.ForAll(
                FlowProblems.Mixed.ToArbitrary(),
                problem =>
                {
                    var plan = FlowSolver.Solve(problem, Options);
                    gaps += plan.Gap > 0 ? 1 : 0;
                    var certificate = Certificate.Verify(problem, plan);
                    return (certificate.Accepted && certificate.Gap == plan.Gap).Label(
                        string.Join("; ", certificate.Faults)
                    );
                }
            )
        );
        Assert.True(gaps > 0, "every problem came out whole by itself: this shows nothing");
    }

    [Fact]
    public void the_gap_to_the_best_whole_plan_is_small()
    {
        // Over the sum of many random problems, since a single one may well be rounded badly.
        Int128 cost = 0;
        Int128 best = 0;
        foreach (var problem in FlowProblems.Mixed.Sample(600, 30))
        {
            if (problem.RequestCount > 6 || problem.UnmetCost.Any(unmet => unmet > 1_000))
                continue;
            var plan = FlowSolver.Solve(problem, Options);
            var whole = BestWholeByHand.Cost(problem);
            Assert.True(
                plan.Bound <= whole && whole <= plan.Objective,
                $"{plan.Bound} {whole} {plan.Objective}"
            );
            cost += plan.Objective;
            best += whole;
        }
        Assert.True(cost * 100 <= best * 103, $"costs {cost}, the best {best}");
    }

    [Fact]
    public void thousands_of_whole_requests_in_want_of_room_leave_a_small_gap()
    {
        var random = new Random(1);
        const int requests = 3_000;
        const int degree = 8;
        int[] offers =
        [
            .. Enumerable
                .Range(0, requests * degree)
                .Select(at => (at / degree / 3 + at % degree * 7) % 1_000),
        ];
        var problem = new FlowProblem
        {
            Units = [.. Enumerable.Range(0, requests).Select(_ => random.Next(1, 6))],
            Divisible = [.. Enumerable.Range(0, requests).Select(_ => random.Next(4) == 0)],
            UnmetCost = [.. Enumerable.Range(0, requests).Select(_ => 10_000L)],
            Capacity = [.. Enumerable.Range(0, 1_000).Select(_ => random.Next(1, 15))],
            ArcStart = [.. Enumerable.Range(0, requests + 1).Select(request => request * degree)],
            ArcOffer = offers,
            ArcCost = [.. offers.Select(_ => random.NextInt64(3_000))],
        };
        var plan = FlowSolver.Solve(problem, Options);
        Assert.Empty(Certificate.Verify(problem, plan).Faults);
        Assert.InRange(plan.Gap, 1, plan.Bound / 20);
    }

    [Fact]
    public void two_whole_requests_share_an_offer_when_they_fit()
    {
        var problem = new FlowProblem
        {
            Units = [3, 2],
            Divisible = [false, false],
            UnmetCost = [1_000, 1_000],
            Capacity = [4, 3],
            ArcStart = [0, 2, 4],
            ArcOffer = [0, 1, 0, 1],
            ArcCost = [10, 20, 10, 20],
        };
        var plan = FlowSolver.Solve(problem, Options);
        Assert.Equal([0, 0], plan.Unmet);
        Assert.True(Certificate.Verify(problem, plan).Accepted);
    }
}
