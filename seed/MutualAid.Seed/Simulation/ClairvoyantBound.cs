using MutualAid.Matching.Flow;

namespace MutualAid.Seed.Simulation;

/// <summary>
/// Hours that no policy can stay below, whatever it knows: the cheapest flow from what each giver has each day to needs that
/// are all known in advance; once in units and once in doors, and the greater of the two.
/// </summary>
/// <remarks>
/// Kept: who reaches whom, who would say yes, units of a day and in all, hours of duty, the fastest answer (1 minute), the way
/// straight there and the time at the door. Left out: everything that only makes it later: that a giver is at one place at a
/// time and asked for one trip at a time, slower and missing answers, quiet after a no, whole requests, the steps of the rounds,
/// and in units the doors, in doors the units. A need is helped when its last unit comes, which is not before the mean of its units' times: so each
/// unit counts its time by its share of the need, and the sum is below that of every schedule.
/// </remarks>
internal sealed class ClairvoyantBound
{
    // Shares of a need must be whole numbers of the unit of cost: a multiple of every quantity up to 8.
    private const long Divisor = 840;
    private readonly Scenario scenario;
    private readonly Answers answers;
    private readonly double metresPerSecond;

    public ClairvoyantBound(Scenario scenario, double metresPerSecond)
    {
        (this.scenario, this.metresPerSecond) = (scenario, metresPerSecond);
        answers = new Answers(scenario.Seed);
        Earliest = [.. scenario.Needs.Select(need => Wait(EarliestSecond(need), need) / 3_600.0)];
        double byUnits = Cheapest(
            need => need.Quantity,
            giver => giver.PerDay,
            giver => giver.Capacity ?? int.MaxValue
        );
        // A match opens one household and carries no more than one need. Nobody is asked so late that the answer could
        // come on another day.
        double byDoors = Cheapest(
            _ => 1,
            giver => Math.Min(scenario.HouseholdsADay, giver.PerDay ?? int.MaxValue),
            giver => giver.Capacity ?? int.MaxValue
        );
        MeanHours = Math.Max(byUnits, byDoors);
    }

    /// <summary>Of all needs, served or not.</summary>
    public double MeanHours { get; }

    /// <summary>By need, as if it were the only one: no quantile of any policy is below these hours' quantile.</summary>
    public double[] Earliest { get; }

    /// <summary>Share of units that nobody can bring whatever the policy: nobody who would say yes reaches them in time.</summary>
    public double UnmetShare
    {
        get
        {
            int wanted = scenario.Needs.Sum(need => need.Quantity);
            int lost = scenario
                .Needs.Where(need => EarliestSecond(need) >= scenario.Horizon)
                .Sum(need => need.Quantity);
            return wanted == 0 ? 0 : (double)lost / wanted;
        }
    }

    private double EarliestSecond(Need need)
    {
        double earliest = scenario.Horizon;
        foreach (var (number, metres) in scenario.Reach.OfNeed(need.Number))
            if (answers.Willing(scenario.Givers[number], need))
                earliest = Math.Min(
                    earliest,
                    Arrival(scenario.Givers[number].NextOnDuty(need.PostedAt), metres)
                );
        return earliest;
    }

    // A metre in a thousand less: the way by other stops is measured piece by piece, and pieces may round.
    private double Arrival(double asked, double metres) =>
        asked + Answers.FastestSeconds + 0.999 * metres / metresPerSecond + Rules.StopSeconds;

    private double Wait(double at, Need need) => Math.Min(at, scenario.Horizon) - need.PostedAt;

    /// <param name="units">Of a need.</param>
    /// <param name="daily">What a giver has on one day; null: only <paramref name="inAll"/> counts.</param>
    /// <param name="inAll">What a giver has in all; counted where there is no daily number, else left out.</param>
    private double Cheapest(Func<Need, int> units, Func<Giver, int?> daily, Func<Giver, int> inAll)
    {
        int days = scenario.Days + 1;
        var start = new List<int> { 0 };
        var offers = new List<int>();
        var costs = new List<long>();
        foreach (var need in scenario.Needs)
        {
            foreach (var (number, metres) in scenario.Reach.OfNeed(need.Number))
            {
                var giver = scenario.Givers[number];
                if (!answers.Willing(giver, need))
                    continue;
                int first = need.PostedAt / Scenario.Day;
                for (int day = first; day < (daily(giver) is null ? first + 1 : days); day++)
                {
                    double asked = giver.NextOnDuty(Math.Max(need.PostedAt, day * (double)Scenario.Day));
                    int at = daily(giver) is null ? 0 : (int)(asked / Scenario.Day);
                    if (daily(giver) is not null && at != day)
                        continue;
                    offers.Add(number * days + at);
                    costs.Add(Share(Wait(Arrival(asked, metres), need), units(need)));
                }
            }
            start.Add(offers.Count);
        }
        var plan = FlowSolver.Solve(
            new FlowProblem
            {
                Units = [.. scenario.Needs.Select(units)],
                Divisible = [.. scenario.Needs.Select(_ => true)],
                UnmetCost =
                [
                    .. scenario.Needs.Select(need => Share(scenario.Horizon - need.PostedAt, units(need))),
                ],
                Capacity =
                [
                    .. scenario.Givers.SelectMany(giver =>
                        Enumerable.Repeat(daily(giver) ?? inAll(giver), days)
                    ),
                ],
                ArcStart = [.. start],
                ArcOffer = [.. offers],
                ArcCost = [.. costs],
            },
            new FlowOptions { Deadline = null }
        );
        return plan.Bound / (3_600.0 * Divisor * Math.Max(1, scenario.Needs.Count));
    }

    private static long Share(double seconds, int units) => (long)(seconds * Divisor / units);
}
