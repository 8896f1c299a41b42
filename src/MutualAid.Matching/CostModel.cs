using MutualAid.Matching.Flow;

namespace MutualAid.Matching;

/// <summary>
/// What it costs to send somebody, and what it costs to let somebody wait: pure functions of the options, in milliseconds, so
/// that sums are exact. A round looks for the plan whose costs are least in sum.
/// </summary>
public sealed class CostModel
{
    private const double Milliseconds = 1_000;
    private readonly CostOptions options;

    /// <exception cref="ArgumentException">An option is out of bounds.</exception>
    public CostModel(CostOptions options)
    {
        options.Validate();
        this.options = options;
    }

    public CostOptions Options => options;

    /// <summary>
    /// Cost of one visit: urgency × (travel + ((1 − p) / p) × answer time) + load. A giver who says yes with probability p
    /// takes 1 / p asks on average, so (1 − p) / p of them are waited for in vain (the mean of the geometric distribution).
    /// </summary>
    /// <param name="urgency">0 routine, 1 soon, 2 urgent.</param>
    /// <param name="metres">Between the public locations.</param>
    /// <param name="acceptance">p, as learned; clamped here.</param>
    /// <param name="load">The giver's matches of the last 24 h.</param>
    public long VisitCost(int urgency, double metres, double acceptance, int load)
    {
        double p = Math.Clamp(acceptance, options.Acceptance.Least, options.Acceptance.Most);
        double seconds =
            options.UrgencyFactor[urgency]
                * (metres / options.MetresPerSecond + (1 - p) / p * options.AnswerSeconds[urgency])
            + options.LoadSeconds * load;
        return Rounded(seconds);
    }

    /// <summary>
    /// Cost of one unit along a visit that carries so many: travelling and answering are done once, whatever is carried.
    /// </summary>
    public static long PerUnit(long visitCost, int units) => visitCost / Math.Max(1, units);

    /// <summary>Cost of one unit that this round leaves unmet: the urgency's weight + α·age + β·deficit of its ward.</summary>
    /// <param name="urgency">0 routine, 1 soon, 2 urgent.</param>
    /// <param name="ageSeconds">Since it was posted.</param>
    /// <param name="deficit">
    /// How far the ward's share of units served in the last 7 days lies below the share of its root area: from 0 (served as
    /// well, or better) to 1.
    /// </param>
    public long UnmetCost(int urgency, long ageSeconds, double deficit) =>
        Rounded(
            options.UnmetSeconds[urgency]
                + options.AgeWeight * Math.Max(0, ageSeconds)
                + options.DeficitSeconds * Math.Clamp(deficit, 0, 1)
        );

    private static long Rounded(double seconds) =>
        (long)Math.Min(FlowProblem.GreatestCost, Math.Round(seconds * Milliseconds));
}
