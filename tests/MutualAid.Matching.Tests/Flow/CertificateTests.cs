using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Tests.Flow;

public sealed class CertificateTests
{
    // Two requests of two units, the second indivisible; two offers of two and three. The best plan: 0→0, 1→1.
    private static readonly FlowProblem Problem = new()
    {
        Units = [2, 2],
        Divisible = [true, false],
        UnmetCost = [100, 100],
        Capacity = [2, 3],
        ArcStart = [0, 2, 4],
        ArcOffer = [0, 1, 0, 1],
        ArcCost = [10, 30, 5, 20],
    };

    private static readonly FlowPlan Best = new()
    {
        ArcUnits = [2, 0, 0, 2],
        Unmet = [0, 0],
        OfferPrices = [15, 0],
        Objective = 60,
        Bound = 60,
    };

    [Fact]
    public void the_best_plan_is_accepted()
    {
        var certificate = Certificate.Verify(Problem, Best);
        Assert.Empty(certificate.Faults);
        Assert.Equal((60, 60, 0), (certificate.Objective, certificate.Bound, certificate.Gap));
    }

    [Fact]
    public void a_plan_that_says_its_gap_is_accepted()
    {
        var plan = Best with { OfferPrices = [0, 0], Bound = 30 };
        var certificate = Certificate.Verify(Problem, plan);
        Assert.Empty(certificate.Faults);
        Assert.Equal(30, certificate.Gap);
    }

    public static TheoryData<string, FlowPlan> WrongPlans =>
        new()
        {
            { "offer 0 gives 3 of 2 units", Best with { ArcUnits = [3, 0, 0, 2] } },
            { "request 0 wants 2 units: 3 met and 0 unmet", Best with { ArcUnits = [3, 0, 0, 2] } },
            { "request 0 wants 2 units: 2 met and 1 unmet", Best with { Unmet = [1, 0] } },
            { "request 0 wants 2 units: 2 met and -1 unmet", Best with { Unmet = [-1, 0] } },
            { "request 0 gets -1 units of offer 1", Best with { ArcUnits = [3, -1, 0, 2] } },
            { "indivisible request 1 gets 2 of 2 units of 2 offers", Best with { ArcUnits = [1, 1, 1, 1] } },
            {
                "indivisible request 1 gets 1 of 2 units of 1 offers",
                Best with
                {
                    ArcUnits = [2, 0, 0, 1],
                    Unmet = [0, 1],
                }
            },
            { "the plan costs 60, not 59", Best with { Objective = 59, Bound = 59 } },
            { "the prices prove the bound 30, not 60", Best with { OfferPrices = [0, 0] } },
            { "offer 1 has the price -1", Best with { OfferPrices = [14, -1] } },
            { "offer 1 has the price 10 and 1 free units", Best with { OfferPrices = [25, 10] } },
            { "request 1 gets units of offer 1 at the reduced cost 1", Best with { OfferPrices = [14, 0] } },
            {
                "request 0 has unmet units and could be met 75 cheaper",
                Best with
                {
                    ArcUnits = [1, 0, 0, 2],
                    Unmet = [1, 0],
                    Objective = 150,
                    Bound = 150,
                }
            },
            { "the plan is not of this problem: its arrays differ in length", Best with { Unmet = [0] } },
        };

    [Theory]
    [MemberData(nameof(WrongPlans))]
    public void a_plan_that_is_wrong_is_rejected_and_told_why(string fault, FlowPlan plan) =>
        Assert.Contains(fault, Certificate.Verify(Problem, plan).Faults);

    [Fact]
    public void an_offer_too_small_for_an_indivisible_request_proves_nothing_about_it()
    {
        var problem = Problem with { Capacity = [1, 3] };
        var plan = FlowSolver.Solve(problem, new FlowOptions { Deadline = null });
        Assert.Empty(Certificate.Verify(problem, plan).Faults);
        Assert.Equal(0, plan.Gap);
    }
}
