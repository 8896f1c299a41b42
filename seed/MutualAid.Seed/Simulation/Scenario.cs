namespace MutualAid.Seed.Simulation;

/// <summary>Days of a city: what is needed and who gives. The same for every policy. Times are seconds since <paramref name="start"/>.</summary>
/// <param name="seed">What every draw comes from.</param>
/// <param name="start">A local midnight.</param>
/// <param name="root">The root area that everything lies in.</param>
/// <param name="days">Days in which needs are posted.</param>
/// <param name="householdsADay">Households that one giver may open in 24 h.</param>
/// <param name="needs">In the order in which they are posted; <see cref="Need.Number"/> is the position.</param>
/// <param name="givers"><see cref="Giver.Number"/> is the position.</param>
internal sealed class Scenario(
    long seed,
    DateTimeOffset start,
    Guid root,
    int days,
    int householdsADay,
    IReadOnlyList<Need> needs,
    IReadOnlyList<Giver> givers
)
{
    public long Seed => seed;
    public DateTimeOffset Start => start;
    public Guid Root => root;
    public int Days => days;
    public int HouseholdsADay => householdsADay;
    public IReadOnlyList<Need> Needs => needs;
    public IReadOnlyList<Giver> Givers => givers;

    public const int Day = 86_400;

    /// <summary>Nobody delivers or waits any longer: a day after the last need may have been posted.</summary>
    public int Horizon => (Days + 1) * Day;

    public DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    private Reach? reach;
    private Dictionary<Guid, int>? numbers;

    /// <summary>Of needs and of givers, by their ids.</summary>
    public IReadOnlyDictionary<Guid, int> Numbers =>
        numbers ??= Needs
            .Select(need => KeyValuePair.Create(need.Id, need.Number))
            .Concat(Givers.Select(giver => KeyValuePair.Create(giver.Account, giver.Number)))
            .ToDictionary();

    /// <summary>Who could reach whom; made once, since every policy asks.</summary>
    public Reach Reach => reach ??= new Reach(this);
}

/// <summary>One need of one household, by its public facts.</summary>
/// <param name="PostedAt">Seconds since the start.</param>
/// <param name="Area">The ward: its name.</param>
/// <param name="Urgency">0 routine, 1 soon, 2 urgent.</param>
internal sealed record Need(
    int Number,
    Guid Id,
    Guid Household,
    Guid Owner,
    int PostedAt,
    string Area,
    Guid AreaId,
    Category Category,
    int Urgency,
    int Quantity,
    bool Divisible,
    double Longitude,
    double Latitude
);

/// <summary>Somebody with one standing offer.</summary>
/// <param name="Capacity">Units in all; null: unbounded.</param>
/// <param name="PerDay">Units of one local day; null: unbounded.</param>
/// <param name="ReachMetres">How far they carry it.</param>
/// <param name="From">Second of the day from which they may be asked.</param>
/// <param name="To">Second of the day until which they may be asked.</param>
/// <param name="Acceptance">The share of asks that they say yes to in the long run: the truth, which no policy sees.</param>
internal sealed record Giver(
    int Number,
    Guid Account,
    Guid Offer,
    Category Category,
    int? Capacity,
    int? PerDay,
    double ReachMetres,
    double Longitude,
    double Latitude,
    int From,
    int To,
    double Acceptance
)
{
    public bool OnDuty(double second) => second % Scenario.Day >= From && second % Scenario.Day < To;

    /// <summary>The first moment from this one on at which they may be asked.</summary>
    public double NextOnDuty(double second)
    {
        double midnight = Math.Floor(second / Scenario.Day) * Scenario.Day;
        return second - midnight < From ? midnight + From
            : second - midnight < To ? second
            : midnight + Scenario.Day + From;
    }
}
