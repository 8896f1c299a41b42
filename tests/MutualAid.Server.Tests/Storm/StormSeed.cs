using System.Globalization;

namespace MutualAid.Server.Tests.Storm;

/// <summary>Where a storm's randomness begins: printed with each run; <c>MUTUALAID_STORM_SEED</c> draws the same acts again.</summary>
internal static class StormSeed
{
    public static int Read()
    {
        int seed = int.TryParse(
            Environment.GetEnvironmentVariable("MUTUALAID_STORM_SEED"),
            CultureInfo.InvariantCulture,
            out int given
        )
            ? given
            : new Random().Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"MUTUALAID_STORM_SEED={seed}");
        return seed;
    }

    /// <summary>20,000; with <c>MUTUALAID_TEST_LONG=1</c> 100,000; <c>MUTUALAID_STORM_ACTS</c> says another number.</summary>
    public static int Acts() =>
        int.TryParse(
            Environment.GetEnvironmentVariable("MUTUALAID_STORM_ACTS"),
            CultureInfo.InvariantCulture,
            out int given
        )
            ? given
        : Environment.GetEnvironmentVariable("MUTUALAID_TEST_LONG") == "1" ? 100_000
        : 20_000;
}
