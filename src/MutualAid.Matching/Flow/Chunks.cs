namespace MutualAid.Matching.Flow;

/// <summary>Work on a range in a few parts at the same time, when it is long enough to be worth the starting.</summary>
internal static class Chunks
{
    private const int WorthIt = 8_000;

    public static void Of(int count, Action<int, int> work)
    {
        int parts = count < WorthIt ? 1 : Math.Min(Environment.ProcessorCount, 4);
        if (parts == 1)
            work(0, count);
        else
            Parallel.For(
                0,
                parts,
                part => work((int)((long)count * part / parts), (int)((long)count * (part + 1) / parts))
            );
    }
}
