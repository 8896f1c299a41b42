using static MutualAid.Matching.Tests.Rounds.Town;

namespace MutualAid.Matching.Tests.Rounds;

public sealed class FairnessTests
{
    [Fact]
    public void the_urgent_goes_before_the_nearer() =>
        Assert.Equal(
            [Id(1, 1)],
            Asked(
                new Town
                {
                    Requests = [Request(0), Request(1, metres: 2_000, urgency: 2)],
                    Givers = [Giver(0, free: 1)],
                }
            )
        );

    [Fact]
    public void one_urgent_goes_before_two_routine_ones() =>
        Assert.Equal(
            [Id(1, 2)],
            Asked(
                new Town
                {
                    Requests =
                    [
                        Request(0, urgency: 0),
                        Request(1, urgency: 0),
                        Request(2, metres: 1_400, units: 2, urgency: 2, divisible: false),
                    ],
                    Givers = [Giver(0, free: 2)],
                }
            )
        );

    [Fact]
    public void the_nearest_giver_is_left_to_whom_nobody_else_can_reach()
    {
        // Shortest edge first would send the one in the middle to the nearer, and leave the other alone.
        var plan = new Town
        {
            Requests = [Request(0, metres: 1_000), Request(1, metres: 1_900)],
            Givers =
            [
                Giver(0, metres: 1_200, free: 1, reach: 1_000),
                Giver(1, metres: 0, free: 1, reach: 1_200),
            ],
        }.Plan();
        Assert.Equal(2, plan.Matches.Count);
        Assert.Equal(0, plan.Gap);
    }

    [Fact]
    public void every_urgent_request_is_asked_of_one_giver_before_any_is_asked_of_two() =>
        Assert.Equal(
            [Id(1, 0), Id(1, 1)],
            Asked(
                new Town
                {
                    Requests = [Request(0, urgency: 2), Request(1, metres: 2_000, urgency: 2)],
                    Givers = [Giver(0, free: 1), Giver(1, free: 1)],
                }
            )
        );

    [Theory]
    [InlineData(0.3, 5)] // 1 − 0.7⁵ = 0.83: as many as may be
    [InlineData(0.5, 4)] // 1 − 0.5⁴ = 0.94
    [InlineData(0.7, 2)] // 1 − 0.3² = 0.91
    [InlineData(0.95, 1)]
    public void an_urgent_request_is_asked_of_further_givers_until_one_will_probably_come(
        double acceptance,
        int asked
    )
    {
        var plan = new Town
        {
            Requests = [Request(0, units: 4, urgency: 2, divisible: false)],
            Givers =
            [
                .. Enumerable
                    .Range(0, 8)
                    .Select(number => Giver(number, metres: 100 * number, acceptance: acceptance)),
            ],
        }.Plan();
        Assert.Equal(asked, plan.Matches.Count);
        Assert.Equal(asked - 1, plan.Matches.Count(match => match.Further));
        Assert.Equal(
            Enumerable.Range(0, asked).Select(number => Id(3, number)),
            plan.Matches.Select(match => match.Giver.Account).Order()
        );
    }

    [Fact]
    public void those_who_are_being_asked_already_count()
    {
        Town Asked(double allRefuse) =>
            new()
            {
                Requests = [Request(0, units: 4, urgency: 2, asks: 4, asked: 4, allRefuse: allRefuse)],
                Givers = [Giver(0), Giver(1)],
            };
        Assert.Empty(Asked(0.08).Plan().Matches);
        Assert.True(Assert.Single(Asked(0.15).Plan().Matches).Further);
    }

    [Fact]
    public void what_is_not_urgent_is_asked_of_one_giver_at_a_time() =>
        Assert.Single(
            new Town { Requests = [Request(0, units: 8)], Givers = [Giver(0, free: 4), Giver(1, free: 5)] }
                .Plan()
                .Matches
        );

    [Fact]
    public void of_two_who_are_equally_near_the_one_who_carried_less_is_asked() =>
        Assert.Equal(
            Id(3, 1),
            new Town { Requests = [Request(0)], Givers = [Giver(0, load: 2), Giver(1, load: 1)] }
                .Plan()
                .Matches.Single()
                .Giver.Account
        );

    [Fact]
    public void of_two_who_are_equally_near_the_one_who_answers_more_often_is_asked() =>
        Assert.Equal(
            Id(3, 1),
            new Town
            {
                Requests = [Request(0)],
                Givers = [Giver(0, acceptance: 0.2), Giver(1, acceptance: 0.4)],
            }
                .Plan()
                .Matches.Single()
                .Giver.Account
        );

    [Fact]
    public void of_two_that_are_equally_near_the_one_that_waits_longer_is_served() =>
        Assert.Equal(
            [Id(1, 1)],
            Asked(
                new Town
                {
                    Requests = [Request(0, age: 60), Request(1, age: 600)],
                    Givers = [Giver(0, free: 1)],
                }
            )
        );

    [Fact]
    public void of_two_that_wait_equally_long_the_one_whose_ward_was_served_less_is_served() =>
        Assert.Equal(
            [Id(1, 1)],
            Asked(
                new Town
                {
                    Requests = [Request(0, area: 0), Request(1, metres: 300, area: 1)],
                    Givers = [Giver(0, free: 1)],
                    Deficits = { [Id(5, 1)] = 0.3 },
                }
            )
        );

    [Fact]
    public void what_wards_lack_counts_too_when_everything_that_waits_was_read_anew()
    {
        var town = new Town
        {
            Requests = [Request(0, area: 0), Request(1, metres: 300, area: 1)],
            Givers = [Giver(0, free: 1)],
            Deficits = { [Id(5, 1)] = 0.3 },
        };
        var planner = new RoundPlanner(new PlanOptions { Deadline = null });
        Assert.Equal([Id(1, 1)], Asked(town, planner));
        Assert.Equal([Id(1, 1)], Asked(town, planner));
    }

    [Fact]
    public void whoever_waits_long_enough_is_served_before_the_nearer() =>
        Assert.Equal(
            [Id(1, 1)],
            Asked(
                new Town
                {
                    Requests = [Request(0), Request(1, metres: 4_000, age: 86_400)],
                    Givers = [Giver(0, free: 1)],
                }
            )
        );

    [Fact]
    public void a_giver_is_sent_to_the_households_next_to_the_first_and_not_across_the_city() =>
        Assert.Equal(
            [Id(1, 0), Id(1, 1), Id(1, 2)],
            Asked(
                new Town
                {
                    Requests =
                    [
                        Request(0, metres: 100),
                        Request(1, metres: 900),
                        Request(2, metres: 1_400),
                        Request(3, metres: 4_000),
                    ],
                    Givers = [Giver(0)],
                }
            )
        );

    [Fact]
    public void one_giver_brings_all_that_a_household_needs()
    {
        // Somebody else is a little nearer with the medicine; the door is visited anyway.
        var both = new ReadyGiver
        {
            Account = Id(3, 0),
            Offers = [Offer(0, 500, 5, 3_000, category: 1), Offer(1, 500, 5, 3_000, category: 2)],
            Matches = 5,
            NewHouseholds = 1,
            Households = 1,
            Load = 0,
            Acceptance = 0.4,
        };
        var plan = new Town
        {
            Requests = [Request(0, household: 7, category: 1), Request(1, household: 7, category: 2)],
            Givers = [both, Giver(1, metres: 450, category: 2, acceptance: 0.4)],
        }.Plan();
        Assert.Equal([both, both], plan.Matches.Select(match => match.Giver));
    }

    private static IEnumerable<Guid> Asked(Town town, RoundPlanner? planner = null) =>
        town.Plan(planner: planner).Matches.Select(match => match.Request.Id).Order();
}
