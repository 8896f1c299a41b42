using NetTopologySuite.Geometries;

namespace MutualAid.Seed.Simulation;

/// <summary>Days of the synthetic city: its households, its wards, the mix of 2021.</summary>
internal sealed class SyntheticDays
{
    /// <summary>Metres round the middle: so near one another that there is a choice of whom to send.</summary>
    private const double RadiusMetres = 6_000;

    private static readonly DateTimeOffset Start = new(2021, 7, 23, 0, 0, 0, TimeSpan.FromHours(7));

    // By hour of the day: few at night, most in the morning and after dinner.
    private static readonly double[] Hourly =
    [
        1,
        1,
        1,
        1,
        1,
        2,
        4,
        7,
        9,
        10,
        9,
        7,
        6,
        6,
        6,
        6,
        6,
        6,
        7,
        8,
        8,
        6,
        4,
        2,
    ];

    private static readonly List<Urgency> Urgencies = [.. NeedMix.Urgencies];

    private readonly int needsADay;
    private readonly Neighbourhoods neighbourhoods;
    private readonly SyntheticCity city = new();
    private readonly WardOf wardOf;

    /// <param name="needsADay">Needs of one day.</param>
    public SyntheticDays(int needsADay = 600)
    {
        this.needsADay = needsADay;
        neighbourhoods = new Neighbourhoods(city);
        wardOf = new WardOf(city);
    }

    public Scenario Draw(long seed, int days, Regime regime, Conditions conditions)
    {
        var dice = Dice.For(seed, 0, 0);
        var needs = Needs(dice, days);
        var givers = Dice.For(seed, 1, 0);
        int count = (int)Math.Round(regime.GiversPerHundred * needsADay / 100);
        return new Scenario(
            seed,
            Start,
            Guid.Empty,
            days,
            conditions.HouseholdsADay,
            needs,
            [
                .. Enumerable
                    .Range(0, count)
                    .Select(number =>
                        GiverDraw.Draw(
                            givers,
                            number,
                            NeedMix.DrawOffered(givers),
                            Central(() => neighbourhoods.AnyHome(givers).At),
                            conditions.ReachFactor
                        )
                    ),
            ]
        );
    }

    private static Coordinate Central(Func<Coordinate> draw)
    {
        while (true)
        {
            var place = draw();
            if (Wgs84.Metres(place, SyntheticCity.Centre) <= RadiusMetres)
                return place;
        }
    }

    private Need[] Needs(Dice dice, int days)
    {
        var drawn = new List<Need>();
        while (drawn.Count < days * needsADay)
        {
            int hour = dice.Between(0, days - 1) * 24 + dice.Weighted(Hourly);
            int posted = hour * 3_600 + dice.Between(0, 3_599);
            var home = Central(() => neighbourhoods.NeedyHome(dice).At);
            var ward = wardOf.Find(home);
            var place = GridCell.Centre(home.X, home.Y);
            var household = dice.Id(DateTimeOffset.UnixEpoch);
            var owner = dice.Id(DateTimeOffset.UnixEpoch);
            int people = 1 + dice.Weighted([0.10, 0.18, 0.22, 0.25, 0.14, 0.07, 0.04]);
            foreach (var category in NeedMix.Draw(dice))
                drawn.Add(
                    new Need(
                        0,
                        dice.Id(DateTimeOffset.UnixEpoch),
                        household,
                        owner,
                        posted,
                        ward.Name,
                        ward.Id,
                        category,
                        Urgencies.IndexOf(NeedMix.DrawUrgency(dice, category)),
                        category.MostUnits == 1
                            ? 1
                            : dice.Between(1, Math.Min(category.MostUnits, people + 1)),
                        category.Divisible && dice.Chance(0.8),
                        place.Longitude,
                        place.Latitude
                    )
                );
        }
        return
        [
            .. drawn
                .OrderBy(need => need.PostedAt)
                .ThenBy(need => need.Id)
                .Select((need, number) => need with { Number = number }),
        ];
    }
}
