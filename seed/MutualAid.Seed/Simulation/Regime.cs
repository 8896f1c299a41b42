namespace MutualAid.Seed.Simulation;

/// <summary>How much is given for how much is needed.</summary>
/// <param name="GiversPerHundred">Standing offers for a hundred needs of an average day.</param>
public sealed record Regime(string Name, double GiversPerHundred)
{
    /// <summary>Nearly everybody could be served the same day.</summary>
    public static readonly Regime Slack = new("slack", 60);

    /// <summary>What is given about meets what is needed.</summary>
    public static readonly Regime Balanced = new("balanced", 30);

    /// <summary>Far less is given than needed.</summary>
    public static readonly Regime Overload = new("overload", 12);

    public static readonly IReadOnlyList<Regime> All = [Slack, Balanced, Overload];
}
