namespace MutualAid.Seed.Simulation;

/// <summary>What happens when: a fake clock. Things of the same second happen in the order in which they were put down.</summary>
internal sealed class Agenda
{
    private readonly PriorityQueue<Action, (double Second, long Order)> entries = new();
    private long order;

    /// <summary>Seconds since the start.</summary>
    public double Now { get; private set; }

    public void At(double second, Action happens) => entries.Enqueue(happens, (second, order++));

    public void RunUntil(double second)
    {
        while (entries.TryPeek(out var happens, out var at) && at.Second <= second)
        {
            entries.Dequeue();
            Now = at.Second;
            happens();
        }
        Now = second;
    }
}
