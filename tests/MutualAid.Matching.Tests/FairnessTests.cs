namespace MutualAid.Matching.Tests;

public sealed class FairnessTests
{
    [Fact]
    public void the_urgent_goes_before_the_nearer()
    {
        var plan = Matcher.Solve(
            Given(requests: [(4, 0), (4, 2)], offers: [4], pairs: [(0, 0, 100), (1, 0, 900)]),
            new MatchingOptions()
        );
        Assert.Equal(1, Assert.Single(plan.Matches).Request);
    }

    [Fact]
    public void every_urgent_request_is_asked_of_one_giver_before_any_is_asked_of_two()
    {
        // Both givers are nearer to the first request.
        var plan = Matcher.Solve(
            Given(
                requests: [(4, 2), (4, 2)],
                offers: [4, 4],
                pairs: [(0, 0, 100), (0, 1, 200), (1, 0, 900), (1, 1, 900)]
            ),
            new MatchingOptions()
        );
        Assert.Equal([(0, 0), (1, 1)], plan.Matches.Select(match => (match.Request, match.Offer)));
    }

    [Fact]
    public void of_two_who_are_equally_near_the_one_who_carried_less_is_asked()
    {
        var instance = Given(requests: [(4, 1)], offers: [4, 4], pairs: [(0, 0, 100), (0, 1, 100)]);
        var plan = Matcher.Solve(
            instance with
            {
                Givers = instance.Givers with { Load = [2, 1] },
            },
            new MatchingOptions()
        );
        Assert.Equal(1, Assert.Single(plan.Matches).Offer);
    }

    [Fact]
    public void of_two_that_are_equally_near_the_one_that_waits_longer_is_served()
    {
        var instance = Given(requests: [(4, 1), (4, 1)], offers: [4], pairs: [(0, 0, 100), (1, 0, 100)]);
        var plan = Matcher.Solve(
            instance with
            {
                Requests = instance.Requests with { AgeSeconds = [60, 600] },
            },
            new MatchingOptions()
        );
        Assert.Equal(1, Assert.Single(plan.Matches).Request);
    }

    [Fact]
    public void a_giver_is_sent_to_the_households_next_to_the_first_and_not_across_the_city()
    {
        var instance = Given(
            requests: [(1, 1), (1, 1), (1, 1)],
            offers: [10],
            pairs: [(0, 0, 100), (1, 0, 200), (2, 0, 300)]
        );
        var plan = Matcher.Solve(
            instance with
            {
                // About 1.0 and 1.6 km east of the first.
                Requests = instance.Requests with
                {
                    Longitude = [105.85, 105.86, 105.8655],
                },
            },
            new MatchingOptions()
        );
        Assert.Equal([0, 1], plan.Matches.Select(match => match.Request));
        Assert.Single(plan.Matches.Select(match => match.Trip).Distinct());
    }

    [Fact]
    public void arrays_that_do_not_belong_together_are_refused()
    {
        var instance = Given(requests: [(4, 1)], offers: [4], pairs: [(0, 1, 100)]);
        Assert.Throws<ArgumentException>(() => Matcher.Solve(instance, new MatchingOptions()));
    }

    // Requests by unmet units and urgency, each of a household of its own; a giver for each offer, with room for everything.
    private static Instance Given(
        (int Unmet, int Urgency)[] requests,
        int[] offers,
        (int Request, int Offer, int Metres)[] pairs
    ) =>
        new()
        {
            Requests = new RequestSide
            {
                Unmet = [.. requests.Select(request => request.Unmet)],
                Urgency = [.. requests.Select(request => request.Urgency)],
                AgeSeconds = new long[requests.Length],
                Divisible = [.. requests.Select(_ => true)],
                Asks = [.. requests.Select(request => request.Urgency == 2 ? 5 : 1)],
                Household = [.. Enumerable.Range(0, requests.Length)],
                Longitude = [.. requests.Select(_ => 105.85)],
                Latitude = [.. requests.Select(_ => 21.03)],
            },
            Offers = new OfferSide { Free = offers, Giver = [.. Enumerable.Range(0, offers.Length)] },
            Givers = new GiverSide
            {
                Matches = [.. offers.Select(_ => 5)],
                Households = [.. offers.Select(_ => 5)],
                Load = new int[offers.Length],
            },
            Pairs = new Pairs
            {
                Request = [.. pairs.Select(pair => pair.Request)],
                Offer = [.. pairs.Select(pair => pair.Offer)],
                Metres = [.. pairs.Select(pair => pair.Metres)],
            },
        };
}
