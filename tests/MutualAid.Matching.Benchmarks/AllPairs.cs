using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Benchmarks;

/// <summary>A placed problem with every pair within reach listed: what a solver needs that has no prices to ask.</summary>
internal static class AllPairs
{
    internal static FlowProblem Of(PlacedProblem placed)
    {
        int[] start = new int[placed.Units.Length + 1];
        var pairs = new List<(long Cost, int Offer)>();
        var all = new List<(long Cost, int Offer)>();
        for (int request = 0; request < placed.Units.Length; request++)
        {
            pairs.Clear();
            for (int offer = 0; offer < placed.Capacity.Length; offer++)
            {
                double metres = Sphere.Metres(
                    placed.RequestLongitude[request],
                    placed.RequestLatitude[request],
                    placed.OfferLongitude[offer],
                    placed.OfferLatitude[offer]
                );
                if (metres <= placed.ReachMetres[offer])
                    pairs.Add((placed.CostOfMetres(metres), offer));
            }
            pairs.Sort();
            all.AddRange(pairs);
            start[request + 1] = all.Count;
        }
        return new FlowProblem
        {
            Units = placed.Units,
            Divisible = placed.Divisible,
            UnmetCost = placed.UnmetCost,
            Capacity = placed.Capacity,
            ArcStart = start,
            ArcOffer = [.. all.Select(pair => pair.Offer)],
            ArcCost = [.. all.Select(pair => pair.Cost)],
        };
    }
}
