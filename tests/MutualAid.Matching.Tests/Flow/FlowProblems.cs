using FsCheck;
using FsCheck.Fluent;
using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Tests.Flow;

/// <summary>Small crowded problems: few different costs, so that they tie; empty offers and requests without arcs among them.</summary>
internal static class FlowProblems
{
    internal static readonly Gen<FlowProblem> Divisible = Any(1, 1);
    internal static readonly Gen<FlowProblem> Mixed = Any(0, 1);

    private static Gen<FlowProblem> Any(int leastDivisible, int mostDivisible) =>
        from requests in Gen.Choose(0, 9)
        from offers in Gen.Choose(0, 7)
        // All costs equal; few; many; and as great as they may be.
        from greatest in Gen.Elements(0L, 3L, 1_000L, FlowProblem.GreatestCost)
        from density in Gen.Choose(1, 4)
        from units in Many(Gen.Choose(0, 5), requests)
        from divisible in Many(Gen.Choose(leastDivisible, mostDivisible), requests)
        from unmet in Many(Cost(greatest), requests)
        from capacity in Many(Gen.Choose(0, 6), offers)
        from listed in Many(Gen.Choose(0, density), requests * offers)
        from cost in Many(Cost(greatest), requests * offers)
        select Make(units, divisible, unmet, capacity, listed, cost);

    private static Gen<long> Cost(long greatest) =>
        from part in Gen.Choose(0, 1_000_000)
        from extreme in Gen.Choose(0, 9)
        select extreme switch
        {
            0 => 0,
            1 => greatest,
            _ => (long)((Int128)greatest * part / 1_000_000),
        };

    private static Gen<T[]> Many<T>(Gen<T> one, int count) => one.ArrayOf(count);

    private static FlowProblem Make(
        int[] units,
        int[] divisible,
        long[] unmet,
        int[] capacity,
        int[] listed,
        long[] cost
    )
    {
        var start = new List<int> { 0 };
        var arcs = new List<int>();
        for (int request = 0; request < units.Length; request++)
        {
            for (int offer = 0; offer < capacity.Length; offer++)
                if (listed[request * capacity.Length + offer] == 0)
                    arcs.Add(request * capacity.Length + offer);
            start.Add(arcs.Count);
        }
        return new FlowProblem
        {
            Units = units,
            Divisible = [.. divisible.Select(value => value > 0)],
            UnmetCost = unmet,
            Capacity = capacity,
            ArcStart = [.. start],
            ArcOffer = [.. arcs.Select(at => at % capacity.Length)],
            ArcCost = [.. arcs.Select(at => cost[at])],
        };
    }
}
