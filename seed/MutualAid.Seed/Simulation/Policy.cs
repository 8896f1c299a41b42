using MutualAid.Matching;

namespace MutualAid.Seed.Simulation;

/// <summary>One need to be asked of one giver.</summary>
internal readonly record struct Ask(int Need, int Giver, int Units);

/// <summary>What a policy may look at.</summary>
/// <param name="Waiting">The index that the planner searches.</param>
/// <param name="Requests">The same by number; null where nothing is to be asked for.</param>
/// <param name="Ready">By number; null for those who may not be asked.</param>
/// <param name="Deficits">By ward, 0 to 1.</param>
internal sealed record RoundView(
    Scenario Scenario,
    WaitingRequests Waiting,
    WaitingRequest?[] Requests,
    ReadyGiver?[] Ready,
    IReadOnlyDictionary<Guid, double> Deficits,
    DateTimeOffset Now
);

/// <summary>Says whom to ask for what, round after round; may remember.</summary>
internal abstract class Policy
{
    /// <summary>What the waiting requests are kept by.</summary>
    public virtual CostOptions Costs => new();

    /// <summary>The asks of one giver make one trip.</summary>
    public abstract IReadOnlyList<Ask> Plan(RoundView round);
}

/// <summary>The service's planner, by the code that serves.</summary>
internal sealed class OptimalBatch(CostOptions costs) : Policy
{
    // No deadline: a slow machine must not change the result.
    private readonly RoundPlanner planner = new(new PlanOptions { Deadline = null });

    public override CostOptions Costs => costs;

    public override IReadOnlyList<Ask> Plan(RoundView round)
    {
        var numbers = round.Scenario.Numbers;
        var plan = planner.Plan(
            round.Waiting,
            [.. round.Ready.OfType<ReadyGiver>()],
            round.Deficits,
            round.Now
        );
        return
        [
            .. plan.Matches.Select(match => new Ask(
                numbers[match.Request.Id],
                numbers[match.Giver.Account],
                match.Units
            )),
        ];
    }
}
