using MutualAid.Seed.Simulation;

namespace MutualAid.Seed.Tests.Simulation;

public sealed class QuantileTests
{
    [Theory]
    [InlineData(0.5, 5)]
    [InlineData(0.9, 9)]
    [InlineData(0.95, 10)]
    [InlineData(1, 10)]
    public void a_quantile_is_the_least_value_that_so_many_do_not_exceed(double share, double value) =>
        Assert.Equal(value, Quantile.Of([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], share));

    [Fact]
    public void ginis_coefficient_is_nothing_for_equals_and_nearly_one_when_one_has_all()
    {
        Assert.Equal(0, Quantile.Gini([4, 4, 4]), 12);
        Assert.Equal(0.75, Quantile.Gini([0, 0, 0, 8]), 12);
        Assert.Equal(0.25, Quantile.Gini([1, 3]), 12);
    }

    // Student's 97.5 % points from the usual tables; the values are 0 and 2 in turn, so that their deviation is known.
    [Theory]
    [InlineData(2, 12.706)]
    [InlineData(4, 3.182)]
    [InlineData(6, 2.571)]
    [InlineData(10, 2.262)]
    [InlineData(20, 2.093)]
    public void the_interval_is_students(int count, double student)
    {
        double[] values = [.. Enumerable.Range(0, count).Select(at => at % 2 * 2.0)];
        double deviation = Math.Sqrt((double)count / (count - 1));
        Assert.Equal(student * deviation / Math.Sqrt(count), Quantile.HalfInterval(values), 0.005);
    }
}
