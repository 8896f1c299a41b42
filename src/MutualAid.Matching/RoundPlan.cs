namespace MutualAid.Matching;

/// <summary>Whom to ask for what, and how far from the best this may be.</summary>
public sealed record RoundPlan
{
    /// <summary>Each trip's matches follow each other, the first first. Trips that are worth most come first.</summary>
    public required IReadOnlyList<PlannedMatch> Matches { get; init; }

    /// <summary>
    /// What the plan saves against leaving everything unmet, in ms of waiting: units × (cost of leaving them unmet − cost of
    /// carrying them). Further asks of an urgent request save nothing here.
    /// </summary>
    public required long Saving { get; init; }

    /// <summary>
    /// What no plan can save more than, proved by the prices: over every pair within reach, with trips of any size and
    /// requests split at will.
    /// </summary>
    public required long SavingBound { get; init; }

    /// <summary>What one trip a giver, whole requests and whole matches cost against that bound at most.</summary>
    public long Gap => SavingBound - Saving;

    /// <summary>Pairs that were looked at closely; all the others within reach could not have improved the plan.</summary>
    public required int Pairs { get; init; }

    /// <summary>Whether the deadline passed and the rest was planned shortest edge first.</summary>
    public required bool PastDeadline { get; init; }
}

/// <summary>So many units of one offer for one request.</summary>
/// <param name="Trip">Matches of the same number are proposed to one giver together.</param>
/// <param name="Metres">Between the public locations.</param>
/// <param name="Further">Others are being asked for the same units: the first who accepts carries them.</param>
public sealed record PlannedMatch(
    WaitingRequest Request,
    ReadyGiver Giver,
    ReadyOffer Offer,
    int Units,
    int Trip,
    int Metres,
    bool Further
);
