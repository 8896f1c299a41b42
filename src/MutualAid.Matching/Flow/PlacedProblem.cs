namespace MutualAid.Matching.Flow;

/// <summary>
/// A problem whose pairs are not listed: every offer may go to every request within its reach, at a cost that grows with the
/// distance. Places are public locations, in degrees; distances are <see cref="Sphere"/>'s metres.
/// </summary>
public sealed record PlacedProblem
{
    /// <summary>Degrees, of the requests.</summary>
    public required double[] RequestLongitude { get; init; }

    /// <summary>Degrees, of the requests.</summary>
    public required double[] RequestLatitude { get; init; }

    /// <summary>Degrees, of the offers.</summary>
    public required double[] OfferLongitude { get; init; }

    /// <summary>Degrees, of the offers.</summary>
    public required double[] OfferLatitude { get; init; }

    /// <summary>Metres that each offer may be carried.</summary>
    public required double[] ReachMetres { get; init; }

    /// <summary>As in <see cref="FlowProblem.Units"/>.</summary>
    public required int[] Units { get; init; }

    /// <summary>As in <see cref="FlowProblem.Divisible"/>.</summary>
    public required bool[] Divisible { get; init; }

    /// <summary>As in <see cref="FlowProblem.UnmetCost"/>.</summary>
    public required long[] UnmetCost { get; init; }

    /// <summary>As in <see cref="FlowProblem.Capacity"/>.</summary>
    public required int[] Capacity { get; init; }

    /// <summary>
    /// Cost of one unit carried so many metres; must not fall when the metres grow, since whole neighbourhoods are ruled out
    /// by the cost of their nearest point. From 0 to <see cref="FlowProblem.GreatestCost"/>.
    /// </summary>
    public required Func<double, long> CostOfMetres { get; init; }

    /// <summary>Checks that the arrays belong together.</summary>
    /// <exception cref="ArgumentException">Lengths differ, or a place is not finite.</exception>
    public void Validate()
    {
        Same(
            Units.Length,
            RequestLongitude.Length,
            RequestLatitude.Length,
            Divisible.Length,
            UnmetCost.Length
        );
        Same(Capacity.Length, OfferLongitude.Length, OfferLatitude.Length, ReachMetres.Length);
        foreach (
            double[] degrees in (double[][])[RequestLongitude, RequestLatitude, OfferLongitude, OfferLatitude]
        )
            if (!Array.TrueForAll(degrees, double.IsFinite))
                throw new ArgumentException("a place is not finite");
    }

    private static void Same(int length, params int[] lengths)
    {
        if (Array.Exists(lengths, other => other != length))
            throw new ArgumentException("arrays of one side differ in length");
    }
}

/// <summary>A plan over all pairs within reach: the problem of the pairs that mattered, and its plan.</summary>
/// <param name="Problem">The pairs that were looked at; its requests and offers have the same positions.</param>
/// <param name="Plan">The plan along them; its prices and bound hold for every pair within reach.</param>
/// <param name="Rounds">How often it was solved until no pair was missing.</param>
public sealed record PlacedPlan(FlowProblem Problem, FlowPlan Plan, int Rounds);
