namespace MutualAid.Seed.Repeats;

/// <summary>The dwellings where nobody of the set lives yet; each is given away once.</summary>
internal sealed class Free
{
    private readonly Dice dice;
    private readonly IReadOnlyList<Dwelling> all;
    private readonly HashSet<Dwelling> taken = [];
    private readonly ILookup<string, Dwelling> byWard;
    private readonly List<Dwelling> shared;
    private readonly Dictionary<Dwelling, int> order;

    public Free(IReadOnlyList<Dwelling> all, Dice dice)
    {
        this.dice = dice;
        this.all = all;
        byWard = all.ToLookup(home => home.Ward);
        shared = [.. all.Where(home => home.Flat is not null)];
        order = all.Select((home, at) => (home, at)).ToDictionary(one => one.home, one => one.at);
    }

    public Dwelling Any() => Of(all);

    public Dwelling InWard(string ward) => Of([.. byWard[ward]]);

    /// <summary>A flat or a room in a house where others have theirs.</summary>
    public Dwelling InSameHouse() => Of(shared);

    /// <summary>One of the next free doors.</summary>
    public Dwelling NextDoor(Dwelling to)
    {
        int at = order[to];
        for (int step = 1; ; step++)
            foreach (int side in new[] { at + step, at - step })
                if (side >= 0 && side < all.Count && dice.Chance(0.6) && taken.Add(all[side]))
                    return all[side];
    }

    private Dwelling Of(IReadOnlyList<Dwelling> some)
    {
        while (true)
        {
            var home = dice.Pick(some);
            if (taken.Add(home))
                return home;
        }
    }
}
