using System.Globalization;
using MutualAid.Matching;

namespace MutualAid.Seed.Simulation;

/// <summary>The grid of AgeWeight × DeficitSeconds that the front is drawn over.</summary>
internal static class FrontGrid
{
    public static readonly double[] AgeWeights = [0, 0.5, 2, 4, 8];
    public static readonly double[] DeficitSeconds = [0, 200_000, 600_000];

    public static IReadOnlyList<NamedPolicy> Policies =>
        [
            .. NamedPolicy.All.Where(policy => policy.Name is "oldest" or "shortest" or "shipped"),
            .. AgeWeights.SelectMany(age => DeficitSeconds.Select(deficit => At(age, deficit))),
        ];

    private static NamedPolicy At(double age, double deficit) =>
        new(
            Name(age, deficit),
            string.Create(CultureInfo.InvariantCulture, $"α {age}, β {deficit:N0} s"),
            () => new OptimalBatch(new CostOptions { AgeWeight = age, DeficitSeconds = deficit })
        );

    public static string Name(double age, double deficit) =>
        string.Create(CultureInfo.InvariantCulture, $"{age}/{deficit}");
}
