using System.Runtime.CompilerServices;

namespace MutualAid.Matching.Flow;

/// <summary>
/// Which units of which offers go to which requests, at the least total cost: a transportation problem in which every unit
/// may also stay unmet, at a price of its own. Arcs are grouped by request: those of request r are
/// <c>ArcStart[r] … ArcStart[r + 1] − 1</c>. A pair that is not listed is not allowed.
/// </summary>
public sealed record FlowProblem
{
    /// <summary>The greatest cost of one unit: sums of costs along paths and over units then stay within 64 bits.</summary>
    public const long GreatestCost = 1L << 40;

    /// <summary>The greatest sum of units × cost that an objective may reach.</summary>
    public const long GreatestTotal = 1L << 61;

    /// <summary>Units wanted, one entry a request; 0 or more.</summary>
    public required int[] Units { get; init; }

    /// <summary>Whether several offers may share the units, or one offer carries all of them or none.</summary>
    public required bool[] Divisible { get; init; }

    /// <summary>Cost of one unit that stays unmet, one entry a request; 0 to <see cref="GreatestCost"/>.</summary>
    public required long[] UnmetCost { get; init; }

    /// <summary>Units to give, one entry an offer; 0 or more.</summary>
    public required int[] Capacity { get; init; }

    /// <summary>Where each request's arcs begin, and last the number of arcs: one entry more than there are requests.</summary>
    public required int[] ArcStart { get; init; }

    /// <summary>The offer of each arc.</summary>
    public required int[] ArcOffer { get; init; }

    /// <summary>Cost of one unit along each arc; 0 to <see cref="GreatestCost"/>.</summary>
    public required long[] ArcCost { get; init; }

    public int RequestCount => Units.Length;
    public int OfferCount => Capacity.Length;
    public int ArcCount => ArcOffer.Length;

    /// <summary>Whether the arc may carry units: not when its offer is smaller than an indivisible request.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool CanCarry(int request, int arc) =>
        Divisible[request] || Capacity[ArcOffer[arc]] >= Units[request];

    /// <summary>Checks that the arrays belong together and that nothing can overflow.</summary>
    /// <exception cref="ArgumentException">Says which entry is wrong, and what it may be.</exception>
    public void Validate()
    {
        if (Divisible.Length != RequestCount || UnmetCost.Length != RequestCount)
            throw new ArgumentException("Units, Divisible and UnmetCost differ in length");
        if (ArcStart.Length != RequestCount + 1 || ArcStart[0] != 0 || ArcStart[^1] != ArcCount)
            throw new ArgumentException(
                "ArcStart must have an entry a request and one more, from 0 to the arcs' number"
            );
        if (ArcCost.Length != ArcCount)
            throw new ArgumentException("ArcOffer and ArcCost differ in length");
        for (int request = 0; request < RequestCount; request++)
        {
            Demand(Units[request] >= 0, "Units", request, "0 or more");
            Demand(WithinCosts(UnmetCost[request]), "UnmetCost", request, "0 to 2^40");
            Demand(
                ArcStart[request] <= ArcStart[request + 1],
                "ArcStart",
                request + 1,
                "not below the one before"
            );
        }
        for (int offer = 0; offer < OfferCount; offer++)
            Demand(Capacity[offer] >= 0, "Capacity", offer, "0 or more");
        Int128 worst = 0;
        for (int request = 0; request < RequestCount; request++)
            worst +=
                (Int128)Units[request]
                * Math.Max(UnmetCost[request], Dearest(ArcStart[request], ArcStart[request + 1]));
        if (worst > GreatestTotal)
            throw new ArgumentException("the units times their greatest costs sum to more than 2^61");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long Dearest(int start, int end)
    {
        long dearest = 0;
        var offers = ArcOffer.AsSpan(start..end);
        var costs = ArcCost.AsSpan(start..end);
        for (int arc = 0; arc < costs.Length; arc++)
        {
            if ((uint)offers[arc] >= (uint)Capacity.Length)
                Demand(false, "ArcOffer", start + arc, "an offer's position");
            if ((ulong)costs[arc] > GreatestCost)
                Demand(false, "ArcCost", start + arc, "0 to 2^40");
            dearest = Math.Max(dearest, costs[arc]);
        }
        return dearest;
    }

    private static bool WithinCosts(long cost) => cost is >= 0 and <= GreatestCost;

    private static void Demand(bool holds, string array, int at, string what)
    {
        if (!holds)
            throw new ArgumentException($"{array}[{at}] must be {what}");
    }
}
