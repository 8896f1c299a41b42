namespace MutualAid.Server.Tests.Storm;

/// <summary>Where a storm's randomness begins: printed with each run; <c>MUTUALAID_STORM_SEED</c> draws the same acts again.</summary>
internal static class StormSeed
{
    public static int Read() => Seeds.Of("MUTUALAID_STORM_SEED");

    /// <summary>10,000; with <c>MUTUALAID_TEST_LONG=1</c> 100,000; <c>MUTUALAID_STORM_ACTS</c> says another number.</summary>
    public static int Acts() => Seeds.Number("MUTUALAID_STORM_ACTS") ?? (Seeds.Long ? 100_000 : 10_000);
}
