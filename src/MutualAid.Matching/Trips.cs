namespace MutualAid.Matching;

/// <summary>What has been given out so far, and whether one more match fits.</summary>
internal sealed class Trips
{
    private readonly Instance instance;
    private readonly MatchingOptions options;
    private readonly int[] asks;
    private readonly int[] free;
    private readonly List<PlannedMatch>[] ofGiver;
    private int trips;

    public Trips(Instance instance, MatchingOptions options)
    {
        this.instance = instance;
        this.options = options;
        asks = [.. instance.Requests.Asks];
        free = [.. instance.Offers.Free];
        ofGiver = new List<PlannedMatch>[instance.Givers.Count];
    }

    public List<PlannedMatch> Planned { get; } = [];

    /// <summary>Units that this pair could carry now; 0 when it does not fit. Once 0, it stays 0.</summary>
    public int Fits(int request, int offer)
    {
        var requests = instance.Requests;
        int giver = instance.Offers.Giver[offer];
        int units = Math.Min(requests.Unmet[request], free[offer]);
        if (
            asks[request] < 1
            || units < 1
            || (!requests.Divisible[request] && units < requests.Unmet[request])
        )
            return 0;

        var trip = ofGiver[giver];
        if ((trip?.Count ?? 0) >= instance.Givers.Matches[giver])
            return 0;
        if (trip is not { Count: > 0 })
            return instance.Givers.Households[giver] < 1 ? 0 : units;

        // The first match of a trip stays its centre, so that it cannot creep across the city from stop to stop.
        if (Apart(trip[0].Request, request) > options.TripRadiusMetres)
            return 0;
        bool knownHousehold = false;
        var households = new HashSet<int>();
        foreach (var match in trip)
        {
            if (match.Request == request)
                return 0; // nobody is asked twice for one request, not even through two offers
            households.Add(requests.Household[match.Request]);
            knownHousehold |= requests.Household[match.Request] == requests.Household[request];
        }
        return knownHousehold || households.Count < instance.Givers.Households[giver] ? units : 0;
    }

    public void Add(int request, int offer, int units, int metres)
    {
        int giver = instance.Offers.Giver[offer];
        var trip = ofGiver[giver] ??= [];
        var match = new PlannedMatch(request, offer, units, trip.Count > 0 ? trip[0].Trip : trips++, metres);
        trip.Add(match);
        Planned.Add(match);
        asks[request]--;
        free[offer] -= units;
    }

    private double Apart(int a, int b)
    {
        var requests = instance.Requests;
        return Sphere.Metres(
            requests.Longitude[a],
            requests.Latitude[a],
            requests.Longitude[b],
            requests.Latitude[b]
        );
    }
}
