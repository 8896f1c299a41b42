using FsCheck;
using FsCheck.Fluent;

namespace MutualAid.Matching.Tests;

public sealed class PlanTests
{
    private static readonly MatchingOptions Options = new();

    [Fact]
    public void a_plan_breaks_no_rule() =>
        Holds(instance =>
            Feasibility.Violations(instance, Matcher.Solve(instance, Options).Matches, Options)
        );

    [Fact]
    public void nothing_could_be_added_to_a_plan() =>
        Holds(instance =>
        {
            var plan = Matcher.Solve(instance, Options).Matches;
            var more = new List<string>();
            for (int pair = 0; pair < instance.Pairs.Count; pair++)
            {
                int request = instance.Pairs.Request[pair];
                int offer = instance.Pairs.Offer[pair];
                int left =
                    instance.Offers.Free[offer]
                    - plan.Where(match => match.Offer == offer).Sum(match => match.Units);
                int giver = instance.Offers.Giver[offer];
                int trip = plan.Where(match => instance.Offers.Giver[match.Offer] == giver)
                    .Select(match => match.Trip)
                    .DefaultIfEmpty(int.MaxValue)
                    .First();
                var added = new PlannedMatch(
                    request,
                    offer,
                    Math.Min(left, instance.Requests.Unmet[request]),
                    trip,
                    instance.Pairs.Metres[pair]
                );
                if (added.Units > 0 && Feasibility.Violations(instance, [.. plan, added], Options).Count == 0)
                    more.Add($"{added} would fit");
            }
            return more;
        });

    [Fact]
    public void the_same_instance_gives_the_same_plan() =>
        Holds(instance =>
            Matcher.Solve(instance, Options).Matches.SequenceEqual(Matcher.Solve(instance, Options).Matches)
                ? []
                : ["two plans"]
        );

    [Fact]
    public void the_order_of_the_pairs_does_not_matter() =>
        Holds(instance =>
        {
            var pairs = instance.Pairs;
            var reversed = instance with
            {
                Pairs = new Pairs
                {
                    Request = [.. pairs.Request.Reverse()],
                    Offer = [.. pairs.Offer.Reverse()],
                    Metres = [.. pairs.Metres.Reverse()],
                },
            };
            return Matcher
                .Solve(instance, Options)
                .Matches.SequenceEqual(Matcher.Solve(reversed, Options).Matches)
                ? []
                : ["another plan"];
        });

    [Fact]
    public void the_instances_make_every_limit_bind_at_times()
    {
        // Else the properties above would hold of nothing in particular.
        var seen = new HashSet<string>();
        Holds(instance =>
        {
            var plan = Matcher.Solve(instance, Options).Matches;
            if (plan.GroupBy(match => match.Request).Any(of => of.Count() > 1))
                seen.Add("several givers asked");
            if (plan.GroupBy(match => match.Trip).Any(of => of.Count() > 2))
                seen.Add("trips of several stops");
            if (plan.Any(match => match.Units < instance.Requests.Unmet[match.Request]))
                seen.Add("part of a request");
            if (plan.Count < instance.Pairs.Count)
                seen.Add("pairs left");
            return [];
        });
        Assert.Equal(4, seen.Count);
    }

    private static void Holds(Func<Instance, List<string>> violations) =>
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(500),
            Prop.ForAll(
                Instances.Any.ToArbitrary(),
                instance =>
                {
                    var found = violations(instance);
                    return (found.Count == 0).Label(string.Join("; ", found));
                }
            )
        );
}
