namespace MutualAid.Matching.Flow;

/// <summary>The best few offers found for one request, the best first; made once and used for all requests.</summary>
internal sealed class Candidates(int most)
{
    private readonly (int Offer, long Cost, long WithPrice)[] found = new (int, long, long)[most];

    public int Count { get; private set; }

    /// <summary>What a further one must cost less than, its price included.</summary>
    public long Worst => Count < found.Length ? long.MaxValue : found[^1].WithPrice;

    public (int Offer, long Cost) this[int at] => (found[at].Offer, found[at].Cost);

    public void Clear() => Count = 0;

    public void Add(int offer, long cost, long withPrice)
    {
        if (withPrice >= Worst)
            return;
        int at = Count < found.Length ? Count++ : Count - 1;
        for (; at > 0 && found[at - 1].WithPrice > withPrice; at--)
            found[at] = found[at - 1];
        found[at] = (offer, cost, withPrice);
    }
}
