using System.Globalization;

namespace MutualAid.Server.Tests.Hostile;

/// <summary>The seed of a hostile test: <c>MUTUALAID_HOSTILE_SEED</c>, else a new one, which the output tells.</summary>
internal static class HostileSeed
{
    /// <summary>Whether <c>./test --all</c> runs.</summary>
    public static bool Long => Environment.GetEnvironmentVariable("MUTUALAID_TEST_LONG") == "1";

    public static int Next()
    {
        int seed = int.TryParse(
            Environment.GetEnvironmentVariable("MUTUALAID_HOSTILE_SEED"),
            CultureInfo.InvariantCulture,
            out int given
        )
            ? given
            : new Random().Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"MUTUALAID_HOSTILE_SEED={seed}");
        return seed;
    }
}
