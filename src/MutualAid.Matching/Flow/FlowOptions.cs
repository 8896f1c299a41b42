namespace MutualAid.Matching.Flow;

/// <summary>How long to look for the best plan, and where to start.</summary>
public sealed record FlowOptions
{
    /// <summary>Past it the rest is planned shortest edge first; null: no deadline.</summary>
    public TimeSpan? Deadline { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The clock of the deadline.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// The prices of an earlier plan of nearly the same problem, one an offer. They change how long the solver takes,
    /// never how good the plan is.
    /// </summary>
    public long[]? StartPrices { get; init; }
}
