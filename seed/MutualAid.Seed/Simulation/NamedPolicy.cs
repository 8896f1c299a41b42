using MutualAid.Matching;

namespace MutualAid.Seed.Simulation;

/// <summary>A policy to compare, by the name that <c>--policy</c> takes.</summary>
/// <param name="Title">In the table.</param>
/// <param name="Make">A fresh one for each run.</param>
internal sealed record NamedPolicy(string Name, string Title, Func<Policy> Make)
{
    public static readonly IReadOnlyList<NamedPolicy> All =
    [
        new(
            "single",
            "oldest first, nearest giver, one need a trip",
            () => new OldestFirst { NeedsATrip = 1 }
        ),
        new("oldest", "oldest first, nearest giver", () => new OldestFirst()),
        new("shortest", "shortest way first", () => new ShortestFirst()),
        new(
            "optimal",
            "optimal batch",
            () => new OptimalBatch(new CostOptions { AgeWeight = 0, DeficitSeconds = 0 })
        ),
        new("shipped", "optimal with age and deficit", () => new OptimalBatch(new CostOptions())),
    ];
}
