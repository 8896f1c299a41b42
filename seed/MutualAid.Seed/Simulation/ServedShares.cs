namespace MutualAid.Seed.Simulation;

/// <summary>How far each ward's share of units served lies below that of all, over the needs of the last 7 days.</summary>
internal sealed class ServedShares
{
    private const double Window = 7 * Scenario.Day;
    private readonly List<Need> posted = [];
    private Dictionary<Guid, double> deficits = [];
    private double countAgain;
    private int first;

    public void Post(Need need) => posted.Add(need);

    /// <summary>As last counted: every few minutes, as the service does.</summary>
    public IReadOnlyDictionary<Guid, double> Deficits(double now, IReadOnlyList<NeedProgress> needs)
    {
        if (now < countAgain)
            return deficits;
        countAgain = now + Rules.DeficitSeconds;
        while (first < posted.Count && posted[first].PostedAt <= now - Window)
            first++;
        var wards = new Dictionary<Guid, (int Wanted, int Served)>();
        var (allWanted, allServed) = (0, 0);
        for (int at = first; at < posted.Count; at++)
        {
            var need = posted[at];
            int served = needs[need.Number].Delivered;
            var ward = wards.GetValueOrDefault(need.AreaId);
            wards[need.AreaId] = (ward.Wanted + need.Quantity, ward.Served + served);
            (allWanted, allServed) = (allWanted + need.Quantity, allServed + served);
        }
        double share = allWanted == 0 ? 0 : (double)allServed / allWanted;
        deficits = wards
            .Select(ward =>
                KeyValuePair.Create(ward.Key, share - (double)ward.Value.Served / ward.Value.Wanted)
            )
            .Where(ward => ward.Value > 0)
            .ToDictionary();
        return deficits;
    }
}
