namespace MutualAid.Matching;

/// <summary>What a round keeps to.</summary>
public sealed record PlanOptions
{
    /// <summary>Metres: every request of a trip lies so near its first one.</summary>
    public double TripRadius { get; init; } = 1_500;

    /// <summary>
    /// An urgent request is asked of further givers until one of them says yes with this probability, 1 − ∏(1 − p), or its
    /// asks are used up.
    /// </summary>
    public double UrgentCertainty { get; init; } = 0.9;

    /// <summary>Past it the rest of the round is planned shortest edge first; null: no deadline.</summary>
    public TimeSpan? Deadline { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The clock of the deadline.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
