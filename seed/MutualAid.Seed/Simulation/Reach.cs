using MutualAid.Matching;

namespace MutualAid.Seed.Simulation;

/// <summary>All pairs of one category within the offer's reach, measured as the service measures.</summary>
internal sealed class Reach
{
    private readonly (int Need, double Metres)[][] ofGiver;
    private readonly (int Giver, double Metres)[][] ofNeed;

    public Reach(Scenario scenario)
    {
        var needs = scenario.Needs.Select(_ => new List<(int, double)>()).ToArray();
        ofGiver = new (int, double)[scenario.Givers.Count][];
        foreach (var giver in scenario.Givers)
        {
            var near = new List<(int Need, double Metres)>();
            foreach (var need in scenario.Needs)
            {
                if (need.Category != giver.Category)
                    continue;
                double metres = Metres(giver, need);
                if (metres > giver.ReachMetres)
                    continue;
                near.Add((need.Number, metres));
                needs[need.Number].Add((giver.Number, metres));
            }
            ofGiver[giver.Number] = [.. near.OrderBy(pair => pair.Metres).ThenBy(pair => pair.Need)];
        }
        ofNeed = Array.ConvertAll(
            needs,
            (List<(int Giver, double Metres)> list) =>
                list.OrderBy(pair => pair.Metres).ThenBy(pair => pair.Giver).ToArray()
        );
    }

    /// <summary>The needs that a giver could carry to, the nearest first.</summary>
    public ReadOnlySpan<(int Need, double Metres)> OfGiver(int giver) => ofGiver[giver];

    /// <summary>The givers who could carry to a need, the nearest first.</summary>
    public ReadOnlySpan<(int Giver, double Metres)> OfNeed(int need) => ofNeed[need];

    public static double Metres(Giver giver, Need need) =>
        Spheroid.Metres(giver.Longitude, giver.Latitude, need.Longitude, need.Latitude);
}
