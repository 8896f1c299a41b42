namespace MutualAid.Seed.Simulation;

/// <summary>How much is given for how much is needed.</summary>
/// <param name="GiversPerHundred">Standing offers for a hundred needs of an average day.</param>
public sealed record Regime(string Name, double GiversPerHundred)
{
    /// <summary>Nearly everybody could be served the same day.</summary>
    public static readonly Regime Slack = new("slack", 40);

    /// <summary>Most can be served, and later than they should.</summary>
    public static readonly Regime Balanced = new("balanced", 15);

    /// <summary>Half of what is needed is not given.</summary>
    public static readonly Regime Overload = new("overload", 7);

    public static readonly IReadOnlyList<Regime> All = [Slack, Balanced, Overload];
}

/// <summary>What the people of a simulated city are held to besides.</summary>
/// <param name="ReachFactor">How many times as far as in the synthetic city they carry things.</param>
/// <param name="HouseholdsADay">Households that one giver may open in 24 h.</param>
public sealed record Conditions(double ReachFactor = 1, int HouseholdsADay = 10);
