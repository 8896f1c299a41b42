namespace MutualAid.Matching;

/// <summary>
/// Cuts what a flow gives each giver to one trip: of the stops that lie around one of them, those whose units save most. A unit
/// counts the same whether it goes to a large household or a small one, so large needs do not crowd out small ones.
/// </summary>
internal static class TripCut
{
    // Centres that are tried: the best few lead to nearly all the best trips.
    private const int Centres = 8;

    public delegate bool Take(ReadyGiver giver, Trip.Stop stop);

    /// <summary>Takes one trip a giver; whether there was any.</summary>
    public static bool Make(List<(ReadyGiver Giver, Trip.Stop Stop)> assigned, Take take)
    {
        bool any = false;
        foreach (var ofGiver in WithoutShares(assigned).GroupBy(pair => pair.Giver))
        {
            Trip.Stop[] stops =
            [
                .. ofGiver
                    .Select(pair => pair.Stop)
                    .OrderByDescending(stop => stop.GainPerUnit)
                    .ThenBy(stop => stop.Request.Id),
            ];
            foreach (var stop in Best(ofGiver.Key, stops))
                any |= take(ofGiver.Key, stop);
        }
        return any;
    }

    // A request of which only one giver may be asked goes to the one who carries most of it.
    private static IEnumerable<(ReadyGiver Giver, Trip.Stop Stop)> WithoutShares(
        List<(ReadyGiver Giver, Trip.Stop Stop)> assigned
    ) =>
        assigned
            .GroupBy(pair => pair.Stop.Request)
            .SelectMany(shares =>
                shares.OrderByDescending(share => share.Stop.Units).Take(Math.Max(1, shares.Key.Asks))
            );

    private static IReadOnlyList<Trip.Stop> Best(ReadyGiver giver, Trip.Stop[] stops)
    {
        Trip? best = null;
        for (int centre = 0; centre < Math.Min(Centres, stops.Length); centre++)
        {
            var trip = giver.Trip!.Anew();
            foreach (var stop in stops.Prepend(stops[centre]))
                if (trip.Fits(stop.Request))
                    trip.Add(stop);
            if (best is null || trip.Gain > best.Gain)
                best = trip;
        }
        return best?.Stops ?? [];
    }
}
