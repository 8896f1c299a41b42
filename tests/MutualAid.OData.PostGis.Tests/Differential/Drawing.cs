using System.Globalization;

namespace MutualAid.OData.PostGis.Tests.Differential;

/// <summary>Draws cases, each from a seed of its own, and asks them one after the other.</summary>
public static class Drawing
{
    /// <summary>Always the same cases, unless the environment's MUTUALAID_TEST_SEED wants others.</summary>
    public static int Seed { get; } =
        int.TryParse(
            Environment.GetEnvironmentVariable("MUTUALAID_TEST_SEED"),
            CultureInfo.InvariantCulture,
            out int seed
        )
            ? seed
            : 41;

    /// <param name="draw">A case, expectation included; doubtful ones are drawn anew.</param>
    /// <param name="ask">Null, or what is wrong.</param>
    public static async Task All<T>(int count, Func<Random, T> draw, Func<T, Task<string?>> ask)
    {
        var wrong = new List<string>();
        int anew = 0;
        for (int at = 0; at < count; at++)
        {
            int seed = (Seed * 1_000_003) + (at * 7919) + (anew * 104_729);
            try
            {
                var drawn = draw(new Random(seed));
                if (await ask(drawn) is { } told)
                    wrong.Add($"seed {seed}: {told}");
            }
            catch (Exception e)
                when ((e is InvalidOperationException ? e.InnerException : e)
                        is DoubtfulException
                            or OverflowException
                            or ArgumentOutOfRangeException
                )
            {
                at--;
                Assert.True(++anew < count * 3, "Hardly any drawn case is without doubt.");
            }
        }
        Assert.True(
            wrong.Count == 0,
            $"{wrong.Count} of {count} (MUTUALAID_TEST_SEED={Seed}):\n{string.Join("\n\n", wrong.Take(25))}"
        );
    }
}
