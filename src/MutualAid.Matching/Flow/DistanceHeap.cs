using System.Runtime.CompilerServices;

namespace MutualAid.Matching.Flow;

/// <summary>A heap of places by distance, the nearest on top, four children to a node: fewer cache lines than two.</summary>
/// <remarks>A place may be in it several times; its reader skips all but the nearest.</remarks>
internal sealed class DistanceHeap
{
    private (long Distance, int Place)[] entries = new (long, int)[1024];

    public int Count { get; private set; }

    /// <summary>The least distance; the heap is not empty.</summary>
    public long Nearest => entries[0].Distance;

    public void Clear() => Count = 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(long distance, int place)
    {
        if (Count == entries.Length)
            Array.Resize(ref entries, Count * 2);
        var heap = entries;
        int at = Count++;
        while (at > 0)
        {
            int parent = (at - 1) >> 2;
            if (heap[parent].Distance <= distance)
                break;
            heap[at] = heap[parent];
            at = parent;
        }
        heap[at] = (distance, place);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int TakeNearest()
    {
        var heap = entries;
        int taken = heap[0].Place;
        var last = heap[--Count];
        int at = 0;
        while (true)
        {
            int child = 4 * at + 1;
            if (child >= Count)
                break;
            int end = Math.Min(child + 4, Count);
            int least = child;
            for (int other = child + 1; other < end; other++)
                if (heap[other].Distance < heap[least].Distance)
                    least = other;
            if (heap[least].Distance >= last.Distance)
                break;
            heap[at] = heap[least];
            at = least;
        }
        heap[at] = last;
        return taken;
    }
}
