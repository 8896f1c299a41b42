using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Tests.Rounds;

public sealed class CostTests
{
    private static readonly CostModel Costs = new(
        new CostOptions
        {
            MetresPerSecond = 4,
            UrgencyFactor = [1, 2, 4],
            AnswerSeconds = [7_200, 2_700, 900],
            LoadSeconds = 300,
            UnmetSeconds = [1_000, 2_000, 5_000],
            AgeWeight = 0.5,
            DeficitSeconds = 10_000,
        }
    );

    [Theory]
    [InlineData(0, 0, 1, 0, 0)]
    [InlineData(0, 1_000, 1, 0, 250_000)] // 1,000 m at 4 m/s
    [InlineData(2, 1_000, 1, 0, 1_000_000)] // counts four times
    [InlineData(0, 0, 0.5, 0, 7_200_000)] // one ask in vain on average
    [InlineData(2, 0, 0.25, 0, 4 * 3 * 900_000)] // three in vain
    [InlineData(1, 0, 1, 3, 900_000)] // load counts the same for all
    [InlineData(0, 0, 0, 0, 19 * 7_200_000)] // no less than 0.05 is believed
    public void a_visit_costs_its_way_its_vain_asks_and_the_load(
        int urgency,
        double metres,
        double p,
        int load,
        long cost
    ) => Assert.Equal(cost, Costs.VisitCost(urgency, metres, p, load));

    [Theory]
    [InlineData(0, 0, 0, 1_000_000)]
    [InlineData(2, 0, 0, 5_000_000)]
    [InlineData(0, 3_600, 0, 1_000_000 + 1_800_000)]
    [InlineData(0, -5, 0, 1_000_000)] // a clock that is behind
    [InlineData(1, 0, 0.5, 2_000_000 + 5_000_000)]
    [InlineData(1, 0, 7, 2_000_000 + 10_000_000)] // a deficit is 1 at most
    public void a_unit_left_unmet_costs_its_urgency_its_age_and_its_wards_deficit(
        int urgency,
        long age,
        double deficit,
        long cost
    ) => Assert.Equal(cost, Costs.UnmetCost(urgency, age, deficit));

    [Fact]
    public void a_visit_is_shared_by_what_it_carries() => Assert.Equal(250, CostModel.PerUnit(1_000, 4));

    [Fact]
    public void no_cost_is_more_than_a_problem_may_have() =>
        Assert.Equal(FlowProblem.GreatestCost, Costs.UnmetCost(0, long.MaxValue / 2, 0));

    [Fact]
    public void by_default_nothing_is_left_for_its_distance_alone()
    {
        var costs = new CostModel(new CostOptions());
        for (int urgency = 0; urgency < 3; urgency++)
            Assert.True(costs.UnmetCost(urgency, 0, 0) > costs.VisitCost(urgency, 50_000, 0.05, 20));
    }

    [Fact]
    public void options_out_of_bounds_are_named()
    {
        var wrong = Assert.Throws<ArgumentException>(() => new CostModel(new CostOptions { AgeWeight = -1 }));
        Assert.Contains(nameof(CostOptions.AgeWeight), wrong.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new CostModel(new CostOptions { UnmetSeconds = [1, 2] }));
        Assert.Throws<ArgumentException>(() => new CostModel(new CostOptions { Acceptance = (0, 1) }));
    }
}
