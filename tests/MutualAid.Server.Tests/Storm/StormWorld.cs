using Dapper;
using Npgsql;

namespace MutualAid.Server.Tests.Storm;

/// <summary>Few people, few requests, few offers, all near each other, so that everybody wants the same parcels.</summary>
internal sealed class StormWorld(ServiceFixture service)
{
    /// <summary>So many requests and so many offers are kept alive.</summary>
    public const int Crowd = 20;
    private static readonly string[] Categories = ["food", "food", "food", "necessities", "transport"];
    private static readonly string[] Urgencies = ["urgent", "urgent", "soon", "routine"];

    private volatile Seen seen = new([], [], [], 0);

    private volatile IReadOnlyList<Person> people = [];

    public IReadOnlyList<Person> People
    {
        get => people;
        private set => people = value;
    }

    /// <summary>What the storm aims at: read anew many times a second, and stale in between, as with real people.</summary>
    public Seen Now => seen;

    public async Task Make(Random random, int count)
    {
        await using (var connection = await service.Open())
        {
            // Limits of households, of contacts and of asks, and the peace after a refusal, would end the storm after a few acts a person.
            await connection.ExecuteAsync(
                """
                update setting set value = 1000000 where key in ('households_before_first_confirmed', 'households_a_day', 'contacts_a_day', 'asks_a_week');
                update setting set value = 0 where key = 'quiet_minutes_after_refusal';
                """
            );
        }
        var all = new List<Person>();
        for (int i = 0; i < count; i++)
        {
            all.Add(await service.NewPerson());
            // The others get one household at a time until somebody confirms a delivery of theirs.
            if (i % 4 != 0)
                await service.GivenTrusted(all[i]);
        }
        People = all;
        await using (var connection = await service.Open())
            await MatchHistory.Begin(connection);
        for (int i = 0; i < Crowd; i++)
        {
            await MakeRequest(random, People[i % count]);
            await MakeOffer(random, People[(i * 7 + 3) % count]);
        }
        await Look();
    }

    public Task<Guid> MakeRequest(Random random, Person owner)
    {
        string category = random.Pick(Categories);
        return service.GivenRequest(
            owner,
            quantity: random.Next(1, 7),
            category: category,
            urgency: random.Pick(Urgencies),
            divisible: category != "transport" && random.Next(3) != 0,
            lon: Near(random, 105.853),
            lat: Near(random, 21.032),
            expiresIn: TimeSpan.FromHours(random.Next(12, 96))
        );
    }

    public Task<Guid> MakeOffer(Random random, Person giver)
    {
        var (capacity, perDay) = Bounds(random);
        return service.GivenOffer(
            giver,
            capacity,
            perDay,
            random.Pick(Categories),
            Near(random, 105.853),
            Near(random, 21.032)
        );
    }

    /// <summary>The body of a post of one need.</summary>
    public static object NewRequest(Random random)
    {
        string category = random.Pick(Categories);
        return new
        {
            needs = new[]
            {
                new
                {
                    category,
                    quantity = random.Next(1, 7),
                    urgency = random.Pick(Urgencies),
                    divisible = category == "transport" ? (bool?)null : random.Next(3) != 0,
                    destination = category == "transport" ? new { address = "Bệnh viện Thử" } : null,
                },
            },
            location = Point(random),
            address = "12 ngõ 3 phố Thử",
        };
    }

    /// <summary>The body of a standing offer.</summary>
    public static object NewOffer(Random random)
    {
        var (capacity, perDay) = Bounds(random);
        return new
        {
            category = random.Pick(Categories),
            capacity,
            perDay,
            location = Point(random),
            reach = 3000,
        };
    }

    private static object Point(Random random) =>
        new { type = "Point", coordinates = new[] { Near(random, 105.853), Near(random, 21.032) } };

    /// <summary>A total, a total and a day's, or a day's alone.</summary>
    public static (int? Capacity, int? PerDay) Bounds(Random random) =>
        random.Next(3) switch
        {
            0 => (random.Next(2, 30), null),
            1 => (random.Next(10, 60), random.Next(2, 12)),
            _ => (null, random.Next(2, 12)),
        };

    /// <summary>Degrees within about a kilometre.</summary>
    public static double Near(Random random, double degrees) => degrees + (random.NextDouble() - 0.5) * 0.02;

    /// <summary>Reads the crowd: what lives, and some of what has ended lately, so that steps come too late as well.</summary>
    public async Task Look()
    {
        await using var connection = await service.Open();
        var requests = await connection.QueryAsync<SeenRequest>(
            """
            select id, account_id as owner, category_id as category, quantity, unmet, divisible, end_status is null as live from request
            order by end_status is null desc, coalesce(ended_at, created_at) desc limit 30
            """
        );
        var offers = await connection.QueryAsync<SeenOffer>(
            """
            select id, account_id as giver, category_id as category, capacity, per_day, status in ('active', 'paused') as live from offer where not one_time
            order by status in ('active', 'paused') desc, coalesce(ended_at, created_at) desc limit 25
            """
        );
        var matches = await connection.QueryAsync<SeenMatch>(
            """
            (select m.id, m.giver_account_id as giver, r.account_id as receiver, m.status, m.units, p.hand_over_code as code
             from match m join request r on r.id = m.request_id left join match_private p on p.match_id = m.id
             where m.status in ('proposed', 'accepted', 'onTheWay', 'delivered') order by m.created_at desc limit 150)
            union all
            (select m.id, m.giver_account_id, r.account_id, m.status, m.units, p.hand_over_code
             from match m join request r on r.id = m.request_id left join match_private p on p.match_id = m.id
             where m.status = 'lapsed' and m.accepted_at is not null order by m.ended_at desc limit 10)
            union all
            (select m.id, m.giver_account_id, r.account_id, m.status, m.units, p.hand_over_code
             from match m join request r on r.id = m.request_id left join match_private p on p.match_id = m.id
             where m.status in ('confirmed', 'declined', 'withdrawn', 'failed') order by m.ended_at desc limit 10)
            """
        );
        int live = await connection.ExecuteScalarAsync<int>(
            "select count(*) from request where end_status is null"
        );
        seen = new Seen([.. requests], [.. offers], [.. matches], live);
    }

    public Person Somebody(Random random) => random.Pick(People);

    /// <summary>Somebody goes, and is looked for no more; what they have begun goes on.</summary>
    public Person Leave(Random random)
    {
        var person = Somebody(random);
        People = [.. People.Where(other => other != person)];
        return person;
    }

    public Person? Of(Guid account) => People.FirstOrDefault(person => person.Id == account);
}

internal sealed record Seen(SeenRequest[] Requests, SeenOffer[] Offers, SeenMatch[] Matches, int LiveRequests)
{
    public SeenRequest? Request(Random random) => Requests.Length == 0 ? null : random.Pick(Requests);

    public SeenOffer? Offer(Random random) => Offers.Length == 0 ? null : random.Pick(Offers);

    /// <summary>One that could serve this request, and now and then one that could not.</summary>
    public SeenOffer? OfferFor(Random random, SeenRequest request, Guid? giver = null)
    {
        SeenOffer[] fit =
        [
            .. Offers.Where(offer =>
                (giver ?? offer.Giver) == offer.Giver
                && (offer.Category == request.Category || random.Next(10) == 0)
            ),
        ];
        return fit.Length == 0 ? null : random.Pick(fit);
    }

    /// <summary>Mostly one in which the step can be done; now and then any at all.</summary>
    public SeenMatch? Match(Random random, params string[] from)
    {
        SeenMatch[] fit =
        [
            .. random.Next(12) == 0
                ? Matches
                : Matches.Where(match => from.Contains(match.Status) && !match.Forgotten),
        ];
        return fit.Length == 0 ? null : random.Pick(fit);
    }
}

internal sealed class SeenRequest
{
    public Guid Id { get; init; }
    public Guid Owner { get; init; }
    public int Category { get; init; }
    public int Quantity { get; init; }
    public int Unmet { get; init; }
    public bool Divisible { get; init; }
    public bool Live { get; init; }
}

internal sealed class SeenOffer
{
    public Guid Id { get; init; }
    public Guid Giver { get; init; }
    public int Category { get; init; }
    public int? Capacity { get; init; }
    public int? PerDay { get; init; }
    public bool Live { get; init; }
}

internal sealed class SeenMatch
{
    public Guid Id { get; init; }
    public Guid Giver { get; init; }
    public Guid Receiver { get; init; }
    public string Status { get; init; } = "";
    public int Units { get; init; }
    public string? Code { get; init; }

    /// <summary>
    /// One giver in eight forgets what they have accepted, another one what they have set out with: nobody moves it until it
    /// lapses. Among so many acts an hour nothing else would live that long.
    /// </summary>
    public bool Forgotten => (Id.GetHashCode() & 7, Status) is (0, "accepted") or (1, "onTheWay");
}

internal static class RandomChoice
{
    public static T Pick<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    /// <summary>One of the choices, each as often as its weight says.</summary>
    public static T Weighted<T>(this Random random, IReadOnlyList<(int Weight, T Choice)> choices)
    {
        int at = random.Next(choices.Sum(choice => choice.Weight));
        foreach (var (weight, choice) in choices)
            if ((at -= weight) < 0)
                return choice;
        throw new InvalidOperationException("no weights");
    }
}
