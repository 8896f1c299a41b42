namespace MutualAid.Matching;

/// <summary>
/// Looks for requests for many offers, on all cores: while nothing changes they do not disturb each other. What was found is
/// read in the order of the offers, so that a plan does not hang on how many cores there are.
/// </summary>
internal sealed class OfferSweep(WaitingRequests waiting, int offers, int mostFound)
{
    /// <summary>Offers at a time.</summary>
    public const int Most = 1_024;

    // Fewer are done before another core has woken up.
    private const int Few = 64;

    private readonly BestRequests.Found[] found = new BestRequests.Found[Math.Min(offers, Most) * mostFound];
    private readonly int[] counts = new int[Math.Min(offers, Most)];
    private int first;

    /// <summary>From one offer to before another, <see cref="Most"/> at most.</summary>
    /// <param name="start">The first.</param>
    /// <param name="end">After the last.</param>
    /// <param name="find">Fills the best requests for one.</param>
    public void Run(int start, int end, Action<int, BestRequests> find)
    {
        first = start;
        waiting.Refresh();
        if (end - start <= Few)
        {
            var best = new BestRequests(mostFound);
            for (int at = start; at < end; at++)
                Keep(at, best, find);
        }
        else
            Parallel.For(
                start,
                end,
                () => new BestRequests(mostFound),
                (at, _, best) => Keep(at, best, find),
                _ => { }
            );
    }

    public ReadOnlySpan<BestRequests.Found> FoundFor(int offer) =>
        found.AsSpan((offer - first) * mostFound, counts[offer - first]);

    private BestRequests Keep(int offer, BestRequests best, Action<int, BestRequests> find)
    {
        find(offer, best);
        best.All.CopyTo(found.AsSpan((offer - first) * mostFound));
        counts[offer - first] = best.Count;
        return best;
    }
}
