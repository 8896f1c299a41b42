namespace MutualAid.Seed;

/// <summary>What a run makes. The same run, with the same <paramref name="Now"/>, makes the same data to the last bit.</summary>
/// <param name="Seed">Any number.</param>
/// <param name="Again">How many runs with this seed there were before.</param>
/// <param name="Now">The moment that the histories end at.</param>
/// <param name="LiveShare">The share of posts that have not ended, 0 to 1.</param>
/// <param name="FirstPerson">How many people were drawn before this run, so that phones stay unique.</param>
public sealed record SeedRun(
    long Seed,
    int Again,
    int Requests,
    int Offers,
    DateTimeOffset Now,
    double LiveShare = 0.4,
    long FirstPerson = 0
)
{
    private const int RequestsABatch = 2_000;
    private const int OffersABatch = 1_000;

    public int Batches =>
        Math.Max(
            (Requests + RequestsABatch - 1) / RequestsABatch,
            (Offers + OffersABatch - 1) / OffersABatch
        );

    /// <summary>People that a batch may draw: posters, those they post for, givers; always enough.</summary>
    private const int PeopleABatch = 2 * RequestsABatch + OffersABatch;

    /// <summary>The number from which the next run's people go on.</summary>
    public long NextPerson => FirstPerson + (long)Batches * PeopleABatch;

    internal int RequestsOf(int batch) => Share(Requests, batch);

    internal int OffersOf(int batch) => Share(Offers, batch);

    internal long FirstPersonOf(int batch) => FirstPerson + (long)batch * PeopleABatch;

    private int Share(int of, int batch) =>
        (int)((long)of * (batch + 1) / Batches - (long)of * batch / Batches);
}

/// <summary>Makes a run's batches, each by itself: in any order, and never more of them in memory than are wanted.</summary>
public sealed class BatchMaker(SeedRun run, Neighbourhoods neighbourhoods)
{
    private readonly DateTimeOffset now = run.Now;

    /// <param name="number">From 0 to <see cref="SeedRun.Batches"/> − 1.</param>
    public SeedBatch Make(int number)
    {
        var dice = Dice.For(run.Seed, run.Again, number);
        var people = new People(dice, run.FirstPersonOf(number));
        int requestCount = run.RequestsOf(number);
        var givers = Many(run.OffersOf(number) + 1 + requestCount / 20, () => people.Next(Joined(dice)));
        var offers = givers
            .Take(run.OffersOf(number))
            .Select(giver => Offers.Draw(dice, giver, neighbourhoods, now))
            .ToList();
        // Three posts in four are somebody's first.
        var residents = Many(
            Math.Max(1, requestCount / 2),
            () => new Resident(people.Next(Joined(dice)), neighbourhoods.NeedyHome(dice))
        );

        var matching = new Givers(offers, givers, dice, () => people.Next(Joined(dice)));
        var histories = new Histories(matching, dice, now);
        var households = new List<SeedHousehold>();
        var requests = new List<SeedRequest>();
        while (requests.Count < requestCount)
        {
            bool live = dice.Chance(run.LiveShare);
            var household = Household(dice, people, dice.Pick(residents), live);
            households.Add(household);
            foreach (var category in NeedMix.Draw(dice).Take(requestCount - requests.Count))
            {
                var fate = Fates.Draw(dice, live);
                var request = Request(dice, household, category, fate);
                requests.Add(request);
                histories.Tell(request, fate);
                if (dice.Chance(0.25))
                    request.VerifiedAt = dice.Between(request.CreatedAt, request.EndedAt ?? now);
            }
        }
        offers.ForEach(offer => Offers.Settle(offer, dice, now));
        return new SeedBatch(
            [.. givers, .. residents.Select(resident => resident.Person)],
            households,
            requests,
            [.. offers, .. matching.OneTime],
            histories.Matches
        );
    }

    private SeedHousehold Household(Dice dice, People people, Resident poster, bool live)
    {
        // Needs live a few days; the oldest history is a month old, and what ended did so before now.
        var created = live
            ? now - TimeSpan.FromHours(60 * Math.Pow(dice.Between(0.04, 1.0), 1.5))
            : dice.Between(now.AddDays(-30), now.AddDays(-6));
        bool onBehalf = dice.Chance(0.15);
        var home = onBehalf ? neighbourhoods.NeedyHome(dice) : poster.Home;
        var inNeed = onBehalf ? people.Next(created) : poster.Person;
        return new SeedHousehold(
            dice.Id(created),
            poster.Person.Id,
            onBehalf,
            home.At,
            home.Address,
            inNeed.Phone,
            inNeed.Name,
            Texts.Note(dice),
            1 + dice.Weighted([0.10, 0.18, 0.22, 0.25, 0.14, 0.07, 0.04]),
            created
        );
    }

    private SeedRequest Request(Dice dice, SeedHousehold household, Category category, Fate fate)
    {
        var expires = household.CreatedAt + category.Expiry;
        // Still wanted when asked: renewed.
        if (fate < Fate.Fulfilled && expires < now.AddMinutes(30))
            expires = dice.Between(now.AddHours(1), now + category.Expiry);
        int quantity =
            category.MostUnits == 1 ? 1 : dice.Between(1, Math.Min(category.MostUnits, household.People + 1));
        return new SeedRequest
        {
            Id = dice.Id(household.CreatedAt),
            Household = household,
            Category = category,
            Quantity = quantity,
            Divisible = category.Divisible && dice.Chance(0.8),
            Urgency = NeedMix.DrawUrgency(dice, category),
            PublicNote = Texts.PublicNote(dice, category, household.People),
            Details = Texts.Details(dice, category),
            CreatedAt = household.CreatedAt,
            ExpiresAt = expires,
            NeededBy = dice.Chance(0.1) ? dice.Between(household.CreatedAt.AddHours(3), expires) : null,
        };
    }

    private DateTimeOffset Joined(Dice dice) => dice.Between(now.AddDays(-90), now.AddDays(-61));

    private static List<T> Many<T>(int count, Func<T> one)
    {
        var many = new List<T>(count);
        for (int i = 0; i < count; i++)
            many.Add(one());
        return many;
    }

    private sealed record Resident(SeedPerson Person, Home Home);
}
