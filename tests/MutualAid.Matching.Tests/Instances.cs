using FsCheck;
using FsCheck.Fluent;

namespace MutualAid.Matching.Tests;

/// <summary>Small crowded instances: few places, so that distances tie; tight limits, so that each of them binds.</summary>
internal static class Instances
{
    internal static readonly Gen<Instance> Any =
        from requests in Gen.Choose(0, 12)
        from offers in Gen.Choose(0, 10)
        from givers in Gen.Choose(1, 6)
        from unmet in Many(requests, 1, 6)
        from urgency in Many(requests, 0, 2)
        from age in Many(requests, 0, 3)
        from divisible in Many(requests, 0, 2)
        from asks in Many(requests, 1, 5)
        from household in Many(requests, 0, 4)
        from east in Many(requests, 0, 4)
        from free in Many(offers, 1, 8)
        from giver in Many(offers, 0, givers - 1)
        from matches in Many(givers, 1, 5)
        from households in Many(givers, 1, 3)
        from load in Many(givers, 0, 2)
        from listed in Many(requests * offers, 0, 2)
        from metres in Many(requests * offers, 0, 6)
        select Make(
            [.. unmet],
            [.. urgency],
            [.. age],
            [.. divisible],
            [.. asks],
            [.. household],
            [.. east],
            [.. free],
            [.. giver],
            [.. matches],
            [.. households],
            [.. load],
            [.. listed],
            [.. metres]
        );

    private static Gen<IList<int>> Many(int count, int least, int most) =>
        Gen.Choose(least, most).ListOf(count).Select(list => (IList<int>)[.. list]);

    private static Instance Make(
        int[] unmet,
        int[] urgency,
        int[] age,
        int[] divisible,
        int[] asks,
        int[] household,
        int[] east,
        int[] free,
        int[] giver,
        int[] matches,
        int[] households,
        int[] load,
        int[] listed,
        int[] metres
    )
    {
        int[] pairs = [.. Enumerable.Range(0, listed.Length).Where(at => listed[at] > 0)];
        return new Instance
        {
            Requests = new RequestSide
            {
                Unmet = unmet,
                Urgency = urgency,
                AgeSeconds = [.. age.Select(value => (long)value)],
                Divisible = [.. divisible.Select(value => value > 0)],
                Asks = [.. asks.Select((value, at) => urgency[at] == 2 ? value : 1)],
                Household = household,
                // Steps of some 520 m in Hà Nội.
                Longitude = [.. east.Select(value => 105.85 + value * 0.005)],
                Latitude = [.. east.Select(_ => 21.03)],
            },
            Offers = new OfferSide { Free = free, Giver = giver },
            Givers = new GiverSide
            {
                Matches = matches,
                Households = households,
                Load = load,
            },
            Pairs = new Pairs
            {
                Request = [.. pairs.Select(at => at / free.Length)],
                Offer = [.. pairs.Select(at => at % free.Length)],
                Metres = [.. pairs.Select(at => metres[at] * 250)],
            },
        };
    }
}
