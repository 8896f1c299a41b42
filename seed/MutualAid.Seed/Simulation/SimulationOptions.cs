namespace MutualAid.Seed.Simulation;

/// <summary>What <c>./run simulate</c> is asked for.</summary>
public sealed record SimulationOptions
{
    /// <summary>Days in which needs are posted; one more day passes after them.</summary>
    public int Days { get; init; } = 3;

    /// <summary>Seeds from 1: each is a city of its own people.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>Which regimes, by name.</summary>
    public IReadOnlyList<string> Regimes { get; init; } = RegimeNames;

    /// <summary>Which policies, by name.</summary>
    public IReadOnlyList<string> Policies { get; init; } = PolicyNames;

    /// <summary>A CSV file of real calls; null: the synthetic city.</summary>
    public string? CallsFile { get; init; }

    /// <summary>Days of the file that make one day here.</summary>
    public int Fold { get; init; } = 8;

    /// <summary>Whether to run the planner over a grid of AgeWeight and DeficitSeconds too.</summary>
    public bool Front { get; init; }

    /// <summary>What the people are held to.</summary>
    public Conditions Conditions { get; init; } = new();

    /// <summary>Every regime there is.</summary>
    public static IReadOnlyList<string> RegimeNames => [.. Regime.All.Select(regime => regime.Name)];

    /// <summary>Every policy there is.</summary>
    public static IReadOnlyList<string> PolicyNames => [.. NamedPolicy.All.Select(policy => policy.Name)];
}
