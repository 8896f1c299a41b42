namespace MutualAid.Seed.Simulation;

/// <summary>What a giver has given, what they are at, and what their answers have taught.</summary>
internal sealed class GiverProgress(Giver giver, int days)
{
    private readonly int[] usedOn = new int[days];
    private readonly Queue<double> asked = [];
    private readonly Queue<double> opened = [];
    private readonly Queue<double> trips = [];
    private int answered;
    private int accepted;

    public Giver Giver => giver;

    /// <summary>Every trip they were asked for.</summary>
    public List<Asking> Askings { get; } = [];

    /// <summary>What they are asked for or carry; null: free.</summary>
    public Asking? Current { get; set; }

    /// <summary>Seconds since the start until which they are left in peace.</summary>
    public double QuietUntil { get; set; }

    /// <summary>Needs that they have declined.</summary>
    public HashSet<Guid> Declined { get; } = [];

    /// <summary>How often a trip to this need came first.</summary>
    public Dictionary<int, int> Attempts { get; } = [];

    /// <summary>Units held, promised or given, in all.</summary>
    public int Used { get; private set; }

    public int Delivered { get; set; }

    /// <summary>p, as the service learns it.</summary>
    public double Learned =>
        (Rules.PriorAcceptance * Rules.PriorAsks + accepted) / (Rules.PriorAsks + answered);

    public int UsedOn(int day) => usedOn[day];

    public int Free(int day) =>
        Math.Min(giver.Capacity - Used ?? int.MaxValue, giver.PerDay - usedOn[day] ?? int.MaxValue);

    public void Hold(int day, int units) => (Used, usedOn[day]) = (Used + units, usedOn[day] + units);

    public void Release(int day, int units) => Hold(day, -units);

    public void Learn(bool yes) => (answered, accepted) = (answered + 1, accepted + (yes ? 1 : 0));

    public void NoteAsked(double now) => asked.Enqueue(now);

    public void NoteTrip(double now) => trips.Enqueue(now);

    public void NoteOpened(double now) => opened.Enqueue(now);

    /// <summary>Matches of the last 24 h.</summary>
    public int Load(double now) => Recent(asked, now, 1);

    /// <summary>Trips asked for in the last 7 days.</summary>
    public int Trips(double now) => Recent(trips, now, 7);

    /// <summary>Households opened in the last 24 h.</summary>
    public int Opened(double now) => Recent(opened, now, 1);

    private static int Recent(Queue<double> times, double now, int lastDays)
    {
        while (times.TryPeek(out double first) && first <= now - lastDays * Scenario.Day)
            times.Dequeue();
        return times.Count;
    }
}
