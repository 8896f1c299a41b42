using NetTopologySuite.Geometries;

namespace MutualAid.Seed;

/// <summary>Finds who gives: a standing offer within reach that has the units, else somebody who claims.</summary>
/// <param name="newcomer">Draws a person, for when everybody is busy.</param>
internal sealed class Givers(
    IReadOnlyList<SeedOffer> standing,
    List<SeedPerson> people,
    Dice dice,
    Func<SeedPerson> newcomer
)
{
    // The service measures between the centres of 250 m cells; either end may be half a cell's diagonal (177 m) off.
    private const double CellSlackMetres = 360;
    private const int MatchesATrip = 5;
    private const double TripMetres = 1_500;

    private readonly Dictionary<Category, SeedOffer[]> byCategory = standing
        .GroupBy(offer => offer.Category)
        .ToDictionary(group => group.Key, group => group.ToArray());
    private readonly Dictionary<Guid, Trip> trips = [];

    // One household at a time until the first confirmed delivery.
    private readonly HashSet<Guid> proven = [];
    private readonly Dictionary<Guid, Guid> opened = [];

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
                || (live && !MayOpen(offer.AccountId, request.Household.Id))
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
    /// <param name="live">The match is not over.</param>
    public SeedOffer Claim(SeedRequest request, int units, DateTimeOffset at, bool live, HashSet<Guid> not)
    {
        int start = dice.Between(0, people.Count - 1);
        var giver = Enumerable
            .Range(0, people.Count)
            .Select(i => people[(start + i) % people.Count])
            .FirstOrDefault(person =>
                !not.Contains(person.Id) && (!live || MayOpen(person.Id, request.Household.Id))
            );
        if (giver is null)
            people.Add(giver = newcomer());
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

    /// <summary>What has become of a match, for what its giver may do next.</summary>
    public void Note(SeedMatch match)
    {
        if (match.Status == "confirmed")
            proven.Add(match.Offer.AccountId);
        else if (match.Status is "accepted" or "onTheWay")
            opened[match.Offer.AccountId] = match.Request.Household.Id;
    }

    private bool MayOpen(Guid giver, Guid household) =>
        proven.Contains(giver) || !opened.TryGetValue(giver, out var other) || other == household;

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
