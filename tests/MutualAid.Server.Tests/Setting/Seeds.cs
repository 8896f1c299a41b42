using System.Globalization;

namespace MutualAid.Server.Tests;

/// <summary>Where a generated test's randomness begins, and how long it may go on.</summary>
internal static class Seeds
{
    private const int Usual = 20_200_312;

    /// <summary>Whether the long soaks run too: <c>./test --all</c>.</summary>
    public static bool Long => Environment.GetEnvironmentVariable("MUTUALAID_TEST_LONG") == "1";

    /// <summary>What the variable says, to draw the same again; in a long run a new one; else always the same. It is printed.</summary>
    /// <remarks>What fails in a short run is so by the change that it tests, not by the day's luck.</remarks>
    public static int Of(string variable)
    {
        int seed = Number(variable) ?? (Long ? new Random().Next() : Usual);
        TestContext.Current.TestOutputHelper?.WriteLine($"{variable}={seed}");
        return seed;
    }

    /// <summary>The number in a variable, if there is one.</summary>
    public static int? Number(string variable) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(variable),
            CultureInfo.InvariantCulture,
            out int given
        )
            ? given
            : null;
}
