namespace MutualAid.Matching.Flow;

/// <summary>
/// How many units go along each arc, and the offers' prices that prove how good that is. A price is what one more unit of
/// that offer would save; with the prices alone anybody can compute a bound that no plan can beat.
/// </summary>
public sealed record FlowPlan
{
    /// <summary>Units along each arc of the problem.</summary>
    public required int[] ArcUnits { get; init; }

    /// <summary>Units of each request that stay unmet.</summary>
    public required int[] Unmet { get; init; }

    /// <summary>Cost of one more unit of each offer; 0 or more.</summary>
    public required long[] OfferPrices { get; init; }

    /// <summary>What the plan costs: arcs and unmet units.</summary>
    public required long Objective { get; init; }

    /// <summary>What no plan can cost less than.</summary>
    public required long Bound { get; init; }

    /// <summary>Whether the deadline passed and the rest was planned shortest edge first.</summary>
    public bool PastDeadline { get; init; }

    /// <summary>How much cheaper a plan could be at most; 0 when this one is the best.</summary>
    public long Gap => Objective - Bound;
}
