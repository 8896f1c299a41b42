using FsCheck.Fluent;
using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Tests.Flow;

public sealed class DeadlineTests
{
    [Fact]
    public void past_the_deadline_the_plan_is_still_feasible_and_says_its_gap()
    {
        int gaps = 0;
        foreach (int looks in Enumerable.Range(0, 4))
        foreach (var problem in FlowProblems.Mixed.Sample(200, 30))
        {
            var plan = FlowSolver.Solve(
                problem,
                new FlowOptions { Deadline = TimeSpan.FromSeconds(2), Time = new SteppingClock(looks) }
            );
            var certificate = Certificate.Verify(problem, plan);
            Assert.Empty(certificate.Faults);
            Assert.Equal(certificate.Gap, plan.Gap);
            gaps += plan is { PastDeadline: true, Gap: > 0 } ? 1 : 0;
        }
        Assert.True(gaps > 0);
    }

    [Fact]
    public void past_the_deadline_the_shortest_edges_go_first()
    {
        var problem = new FlowProblem
        {
            Units = [1, 1],
            Divisible = [true, true],
            UnmetCost = [1_000, 1_000],
            Capacity = [1],
            ArcStart = [0, 1, 2],
            ArcOffer = [0, 0],
            ArcCost = [20, 10],
        };
        var plan = FlowSolver.Solve(problem, new FlowOptions { Time = new SteppingClock(0) });
        Assert.Equal([0, 1], plan.ArcUnits);
        Assert.True(plan.PastDeadline);
    }

    [Fact]
    public void a_plan_made_in_time_does_not_say_otherwise()
    {
        foreach (var problem in FlowProblems.Divisible.Sample(50, 30))
            Assert.False(
                FlowSolver
                    .Solve(problem, new FlowOptions { Time = new SteppingClock(int.MaxValue) })
                    .PastDeadline
            );
    }

    // Stands still for so many looks, and is an hour later at the next.
    private sealed class SteppingClock(int looks) : TimeProvider
    {
        private int looked = -1; // the first look is the start

        public override long GetTimestamp() => looked++ < looks ? 0 : TimestampFrequency * 3_600;
    }
}
