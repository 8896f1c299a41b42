using NetTopologySuite.Geometries;

namespace MutualAid.Seed;

/// <summary>Finds who gives: a standing offer within reach that has the units, else somebody who claims.</summary>
internal sealed class Givers(IReadOnlyList<SeedOffer> standing, IReadOnlyList<SeedPerson> people, Dice dice)
{
    // The service measures between the centres of 250 m cells; either end may be half a cell's diagonal (177 m) off.
    private const double CellSlackMetres = 360;
    private const int MatchesATrip = 5;
    private const double TripMetres = 1_500;

    private readonly Dictionary<Category, SeedOffer[]> byCategory = standing
        .GroupBy(offer => offer.Category)
        .ToDictionary(group => group.Key, group => group.ToArray());
    private readonly Dictionary<Guid, Trip> trips = [];

    /// <summary>Offers that claims made.</summary>
    public List<SeedOffer> OneTime { get; } = [];

    /// <summary>A standing offer for these units, of nobody in <paramref name="not"/>; null when there is none.</summary>
    /// <param name="live">The match is not over: one trip at a time for each giver.</param>
    public (SeedOffer Offer, Guid Trip)? Find(
        SeedRequest request,
        int units,
        DateTimeOffset at,
        bool live,
        HashSet<Guid> not
    )
    {
        if (!byCategory.TryGetValue(request.Category, out var offers))
            return null;
        var place = request.Household.Place;
        int start = dice.Between(0, offers.Length - 1);
        for (int i = 0; i < offers.Length; i++)
        {
            var offer = offers[(start + i) % offers.Length];
            if (
                offer.CreatedAt >= at
                || offer.Free < units
                || offer.PerDay < offer.UsedOn.GetValueOrDefault(LocalDay.Of(at)) + units
                || not.Contains(offer.AccountId)
                || Wgs84.Metres(place, offer.Place!) > offer.ReachMetres - CellSlackMetres
            )
                continue;
            if (!live)
                return (offer, dice.Id(at));
            if (Join(offer.AccountId, place, at) is { } trip)
                return (offer, trip);
        }
        return null;
    }

    /// <summary>Somebody who claims just these units at this moment.</summary>
    public SeedOffer Claim(SeedRequest request, int units, DateTimeOffset at, HashSet<Guid> not)
    {
        SeedPerson giver;
        int tries = 0;
        do giver = dice.Pick(people);
        while (not.Contains(giver.Id) && ++tries < 20);
        var offer = new SeedOffer
        {
            Id = dice.Id(at),
            AccountId = giver.Id,
            Category = request.Category,
            Capacity = units,
            OneTime = true,
            CreatedAt = at,
        };
        OneTime.Add(offer);
        return offer;
    }

    private Guid? Join(Guid giver, Coordinate place, DateTimeOffset at)
    {
        if (!trips.TryGetValue(giver, out var trip))
            trip = new Trip(dice.Id(at), place, 0);
        else if (trip.Matches >= MatchesATrip || Wgs84.Metres(trip.Place, place) > TripMetres)
            return null;
        trips[giver] = trip with { Matches = trip.Matches + 1 };
        return trip.Id;
    }

    private sealed record Trip(Guid Id, Coordinate Place, int Matches);
}

/// <summary>The date on the city's wall: Việt Nam is at UTC+7 all year.</summary>
internal static class LocalDay
{
    public static DateOnly Of(DateTimeOffset at) =>
        DateOnly.FromDateTime(at.ToOffset(TimeSpan.FromHours(7)).DateTime);
}
