namespace MutualAid.Matching;

/// <summary>Who would carry a request's units most cheaply, of the offers seen so far.</summary>
/// <param name="wanted">Units.</param>
internal sealed class Takers(int wanted)
{
    private readonly List<(long Cost, int Units)> cheapest = [];
    private int taken;

    /// <summary>What the dearest of them costs a unit; null while units are left.</summary>
    public long? Dearest => taken < wanted ? null : cheapest[^1].Cost;

    /// <summary>Adds an offer; whoever is dearer goes as soon as the units are taken without them.</summary>
    /// <returns>Units that it takes.</returns>
    public int Add(long cost, int units)
    {
        units = Math.Min(units, wanted);
        if (units < 1 || Dearest <= cost)
            return 0;
        int at = cheapest.Count;
        while (at > 0 && cheapest[at - 1].Cost > cost)
            at--;
        cheapest.Insert(at, (cost, units));
        taken += units;
        while (taken - cheapest[^1].Units >= wanted)
        {
            taken -= cheapest[^1].Units;
            cheapest.RemoveAt(cheapest.Count - 1);
        }
        return units;
    }
}
