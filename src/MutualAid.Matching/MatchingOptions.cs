namespace MutualAid.Matching;

/// <summary>What a plan keeps to beyond its instance.</summary>
public sealed record MatchingOptions
{
    /// <summary>Metres: every request of a trip lies so near its first one.</summary>
    public int TripRadiusMetres { get; init; } = 1_500;
}
