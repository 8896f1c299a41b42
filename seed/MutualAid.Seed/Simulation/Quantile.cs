namespace MutualAid.Seed.Simulation;

/// <summary>Order statistics and their kin.</summary>
internal static class Quantile
{
    /// <summary>The smallest value that at least this share of the values does not exceed.</summary>
    public static double Of(double[] values, double share)
    {
        if (values.Length == 0)
            return 0;
        double[] sorted = [.. values.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <summary>Gini's coefficient: 0 when all have the same, near 1 when one has all.</summary>
    public static double Gini(int[] values)
    {
        double sum = values.Sum();
        if (sum == 0)
            return 0;
        int[] sorted = [.. values.Order()];
        double weighted = 0;
        for (int at = 0; at < sorted.Length; at++)
            weighted += (2.0 * (at + 1) - sorted.Length - 1) * sorted[at];
        return weighted / (sorted.Length * sum);
    }

    /// <summary>Half the width of the 95 % confidence interval of the mean (Student 1908).</summary>
    public static double HalfInterval(IReadOnlyList<double> values)
    {
        if (values.Count < 2)
            return double.NaN;
        double mean = values.Average();
        double variance = values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1);
        return Student(values.Count - 1) * Math.Sqrt(variance / values.Count);
    }

    // The 97.5 % point by Cornish and Fisher's expansion (Abramowitz and Stegun 26.7.5); exact values for the few degrees of
    // freedom for which it is off.
    private static double Student(int freedom)
    {
        if (freedom <= 3)
            return freedom switch
            {
                1 => 12.706,
                2 => 4.303,
                _ => 3.182,
            };
        const double z = 1.959964;
        double v = freedom;
        double z3 = z * z * z;
        double z5 = z3 * z * z;
        return z
            + (z3 + z) / (4 * v)
            + (5 * z5 + 16 * z3 + 3 * z) / (96 * v * v)
            + (3 * z5 * z * z + 19 * z5 + 17 * z3 - 15 * z) / (384 * v * v * v);
    }
}
