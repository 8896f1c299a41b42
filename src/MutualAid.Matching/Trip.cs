namespace MutualAid.Matching;

/// <summary>What one giver is asked to carry on one way: near its first stop, to so many doors and no more.</summary>
internal sealed class Trip(ReadyGiver giver, double radius)
{
    private readonly List<Stop> stops = [];
    private Cap around;

    public readonly record struct Stop(
        WaitingRequest Request,
        ReadyOffer Offer,
        int Units,
        double Metres,
        long GainPerUnit,
        bool Further
    );

    public IReadOnlyList<Stop> Stops => stops;

    public bool IsFull => stops.Count >= giver.Matches;

    /// <summary>Units times what each saves.</summary>
    public long Gain => stops.Sum(stop => stop.Units * stop.GainPerUnit);

    /// <summary>Whether the trip may also go there. What does not fit now never will.</summary>
    public bool Fits(WaitingRequest request)
    {
        // The first stop stays the centre, so that a trip cannot creep across the city from stop to stop.
        if (IsFull || (stops.Count > 0 && !IsNear(request)))
            return false;
        // Nobody is asked twice for one request, not even through two offers.
        if (stops.Exists(stop => stop.Request == request))
            return false;
        return (Visits(request) || MayOpen(request)) && giver.MayMeet(request);
    }

    /// <summary>Whether anything in a box may be near enough; a look at each tells.</summary>
    public bool MayReach(in Box box) => stops.Count == 0 || around.MayHold(box);

    /// <summary>Whether no further household fits: there is nothing to look for but at the doors that are visited anyway.</summary>
    public bool IsClosed
    {
        get
        {
            var (households, opened) = Households();
            return households >= giver.Households
                || (opened >= giver.NewHouseholds && giver.KnownHouseholds.Count == 0);
        }
    }

    /// <summary>Whether there is a stop at this request's household already, so that one more costs no way.</summary>
    public bool Visits(WaitingRequest request) =>
        stops.Exists(stop => stop.Request.Household == request.Household);

    /// <summary>An empty trip of the same giver.</summary>
    public Trip Anew() => new(giver, radius);

    public bool Holds(Stop stop) => stops.Contains(stop);

    /// <summary>Whether it has had a stop, even if another giver has taken it over.</summary>
    public bool Begun { get; private set; }

    public void Add(in Stop stop)
    {
        if (stops.Count == 0)
            around = new Cap(stop.Request.Point, radius);
        stops.Add(stop);
        Begun = true;
    }

    public void Remove(in Stop stop) => stops.Remove(stop);

    private bool MayOpen(WaitingRequest request)
    {
        var (households, opened) = Households();
        return households < giver.Households
            && (opened < giver.NewHouseholds || giver.KnownHouseholds.Contains(request.Household));
    }

    // How many the trip goes to, and how many of them are new to the giver.
    private (int All, int Opened) Households()
    {
        var (all, opened) = (0, 0);
        for (int at = 0; at < stops.Count; at++)
            if (IsFirstOfHousehold(at))
            {
                all++;
                opened += giver.KnownHouseholds.Contains(stops[at].Request.Household) ? 0 : 1;
            }
        return (all, opened);
    }

    private bool IsNear(WaitingRequest request)
    {
        var centre = stops[0].Request;
        return Spheroid.Metres(centre.Longitude, centre.Latitude, request.Longitude, request.Latitude)
            <= radius;
    }

    private bool IsFirstOfHousehold(int at)
    {
        for (int before = 0; before < at; before++)
            if (stops[before].Request.Household == stops[at].Request.Household)
                return false;
        return true;
    }
}
