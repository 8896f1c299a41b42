using MutualAid.Matching;
using MutualAid.Seed.Simulation;

namespace MutualAid.Seed.Tests.Simulation;

/// <summary>A day of the synthetic city in which half of what is needed is not given: every rule bites.</summary>
public sealed class SimulatedDaysTests
{
    private static readonly SyntheticDays City = new(needsADay: 200);
    private static readonly Scenario Day = City.Draw(3, 1, Regime.Balanced, new Conditions());

    public static TheoryData<string> Policies => [.. NamedPolicy.All.Select(policy => policy.Name)];

    [Theory]
    [MemberData(nameof(Policies))]
    public void the_same_seed_gives_the_same_days_to_the_last_bit(string policy)
    {
        var first = Run(policy, Day);
        var again = Run(policy, City.Draw(3, 1, Regime.Balanced, new Conditions()));
        Assert.Equal(first.Hours, again.Hours);
        Assert.Equal(first.Loads, again.Loads);
        Assert.NotEqual(first.Hours, Run(policy, City.Draw(4, 1, Regime.Balanced, new Conditions())).Hours);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void nobody_is_asked_beyond_what_they_offered_or_while_on_a_trip(string policy)
    {
        int asked = 0;
        var run = Simulation(
            policy,
            (now, asks, givers) =>
            {
                foreach (var trip in asks.GroupBy(ask => ask.Giver))
                {
                    var progress = givers[trip.Key];
                    var giver = progress.Giver;
                    Assert.Null(progress.Current);
                    Assert.True(giver.OnDuty(now));
                    Assert.True(progress.QuietUntil <= now);
                    Assert.True(trip.Sum(ask => ask.Units) <= progress.Free((int)(now / Scenario.Day)));
                    Assert.True(trip.Count() <= Rules.MatchesATrip);
                    Assert.Equal(trip.Count(), trip.Select(ask => ask.Need).Distinct().Count());
                    var stops = trip.Select(ask => Day.Needs[ask.Need]).ToArray();
                    foreach (var need in stops)
                    {
                        Assert.True(need.PostedAt <= now);
                        Assert.DoesNotContain(need.Id, progress.Declined);
                        Assert.Equal(giver.Category, need.Category);
                        Assert.True(Reach.Metres(giver, need) <= giver.ReachMetres);
                        Assert.True(Metres(stops[0], need) <= Rules.TripMetres);
                    }
                    asked += stops.Length;
                }
            }
        );
        run.Run();
        Assert.True(asked > 100);
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void no_unit_is_promised_twice_and_nobody_gives_more_than_they_have(string policy)
    {
        // Many idle givers: urgent needs are asked of several at once, and most of those are told that it is done.
        var scenario = City.Draw(3, 1, Regime.Slack, new Conditions());
        int askings = 0;
        int withdrawn = 0;
        new DaysSimulation(scenario, Named(policy))
        {
            Watch = (now, _, givers) =>
            {
                Asking[] seen = [.. givers.SelectMany(giver => giver.Askings)];
                askings = seen.Length;
                // Counted from the proposals alone, not from what the simulation keeps beside them.
                foreach (var ofGiver in seen.GroupBy(asking => asking.Giver))
                {
                    Assert.InRange(ofGiver.Count(asking => asking.AnyOpen || asking.AnyAccepted), 0, 1);
                    Assert.InRange(ofGiver.Sum(Units), 0, ofGiver.Key.Giver.Capacity ?? int.MaxValue);
                    foreach (var ofDay in ofGiver.GroupBy(asking => asking.Day))
                        Assert.InRange(ofDay.Sum(Units), 0, ofGiver.Key.Giver.PerDay ?? int.MaxValue);
                }
                foreach (
                    var ofNeed in seen.SelectMany(asking => asking.Proposals)
                        .GroupBy(proposal => proposal.Need)
                )
                {
                    int UnitsIn(ProposalState state) =>
                        ofNeed.Where(proposal => proposal.State == state).Sum(proposal => proposal.Units);
                    var need = ofNeed.Key;
                    Assert.Equal(need.Promised, UnitsIn(ProposalState.Accepted));
                    Assert.Equal(need.Delivered, UnitsIn(ProposalState.Delivered));
                    Assert.True(need.Unmet >= 0);
                    Assert.InRange(need.Open.Count, 0, NeedMix.Urgencies[need.Need.Urgency].MostProposals);
                }
                Assert.All(givers, giver => Assert.InRange(giver.Opened(now), 0, scenario.HouseholdsADay));
                withdrawn = seen.Sum(asking =>
                    asking.Proposals.Count(proposal => proposal.State == ProposalState.Withdrawn)
                );
            },
        }.Run();
        Assert.True(askings > 100);
        Assert.True(withdrawn > 0);
    }

    [Theory]
    [InlineData(3, 15)]
    [InlineData(4, 7)]
    public void no_policy_is_below_the_clairvoyant_bound(long seed, double giversPerHundred)
    {
        var scenario = City.Draw(seed, 1, new Regime("drawn", giversPerHundred), new Conditions());
        var bound = new ClairvoyantBound(scenario, new CostOptions().MetresPerSecond);
        Assert.True(bound.MeanHours >= bound.Earliest.Average() - 1e-3);
        foreach (var policy in NamedPolicy.All)
        {
            var run = Run(policy.Name, scenario);
            Assert.True(
                run.Mean >= bound.MeanHours,
                $"{policy.Name}: {run.Mean} h, bound {bound.MeanHours} h"
            );
            Assert.True(run.UnmetShare[3] >= bound.UnmetShare);
            foreach (var (hours, earliest) in run.Hours.Zip(bound.Earliest))
                Assert.True(hours >= earliest, $"{policy.Name}: {hours} h, alone {earliest} h");
        }
    }

    [Fact]
    public void the_bound_is_what_one_giver_and_one_need_take_at_best()
    {
        var giver = new Giver(
            0,
            Id(1),
            Id(2),
            NeedMix.Food,
            null,
            5,
            3_000,
            105.85,
            21.03,
            0,
            Scenario.Day,
            1
        );
        Need NeedAt(int number, int quantity) =>
            new(
                number,
                Id(10 + number),
                Id(20 + number),
                Id(30),
                3_600,
                "A",
                Id(40),
                NeedMix.Food,
                0,
                quantity,
                true,
                105.85,
                21.03
            );
        Scenario With(params Need[] needs) =>
            new(1, DateTimeOffset.UnixEpoch, Guid.Empty, 1, 10, needs, [giver]);
        // A minute to answer, five at the door.
        Assert.Equal(0.1, new ClairvoyantBound(With(NeedAt(0, 5)), 3).MeanHours, 3);
        // What the first takes of the day's five units the second waits for to the next midnight: 23 h more.
        Assert.Equal(0.1 + 23.0 / 2, new ClairvoyantBound(With(NeedAt(0, 5), NeedAt(1, 5)), 3).MeanHours, 3);
    }

    [Fact]
    public void who_is_asked_the_same_answers_the_same_whatever_was_asked_before()
    {
        var answers = new Answers(7);
        var other = new Answers(8);
        var pairs = Day
            .Givers.Take(40)
            .SelectMany(giver => Day.Needs.Take(100).Select(need => (giver, need)))
            .ToArray();
        bool[] yes = [.. pairs.Select(pair => answers.Willing(pair.giver, pair.need))];
        bool[] backwards =
        [
            .. pairs.Reverse().Select(pair => new Answers(7).Willing(pair.giver, pair.need)).Reverse(),
        ];
        Assert.Equal(yes, backwards);
        Assert.NotEqual(yes, pairs.Select(pair => other.Willing(pair.giver, pair.need)));
        // Of all askings, silent ones among them, as many are said yes to as the givers' readiness has it.
        double share = pairs.Average(pair =>
            !answers.Silent(pair.giver, pair.need, 0) && answers.Willing(pair.giver, pair.need) ? 1.0 : 0
        );
        Assert.Equal(pairs.Average(pair => pair.giver.Acceptance), share, 0.03);
        Assert.All(
            pairs,
            pair => Assert.True(answers.DelaySeconds(pair.giver, pair.need, 0) >= Answers.FastestSeconds)
        );
    }

    [Fact]
    public void policies_that_ask_the_same_come_to_the_same()
    {
        // One giver and one need at a time leave no choice.
        var need = Day.Needs.First(need => Day.Reach.OfNeed(need.Number).Length > 0);
        var giver = Day.Givers[Day.Reach.OfNeed(need.Number)[0].Giver];
        var alone = new Scenario(
            Day.Seed,
            Day.Start,
            Day.Root,
            Day.Days,
            Day.HouseholdsADay,
            [need with { Number = 0 }],
            [giver with { Number = 0 }]
        );
        var hours = NamedPolicy.All.Select(policy => Run(policy.Name, alone).Hours[0]).ToArray();
        Assert.All(hours, each => Assert.Equal(hours[0], each));
    }

    private static RunFigures Run(string policy, Scenario scenario) =>
        new DaysSimulation(scenario, Named(policy)).Run();

    private static DaysSimulation Simulation(
        string policy,
        Action<double, IReadOnlyList<Ask>, IReadOnlyList<GiverProgress>> watch
    ) => new(Day, Named(policy)) { Watch = watch };

    private static int Units(Asking asking) =>
        asking
            .Proposals.Where(proposal => proposal.State <= ProposalState.Delivered)
            .Sum(proposal => proposal.Units);

    private static Policy Named(string name) => NamedPolicy.All.Single(policy => policy.Name == name).Make();

    private static double Metres(Need a, Need b) =>
        Spheroid.Metres(a.Longitude, a.Latitude, b.Longitude, b.Latitude);

    private static Guid Id(int number) => new(number, 0, 0, new byte[8]);
}
