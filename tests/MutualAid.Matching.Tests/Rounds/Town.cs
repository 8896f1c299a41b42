namespace MutualAid.Matching.Tests.Rounds;

/// <summary>Small crowded towns: few places, so that distances tie; tight limits, so that each of them binds.</summary>
internal sealed class Town
{
    internal static readonly DateTimeOffset Now = new(2021, 8, 1, 8, 0, 0, TimeSpan.Zero);
    internal static readonly Guid Province = new("00000000-0000-7000-8000-000000000001");

    public CostModel Costs { get; init; } = new(new CostOptions());
    public List<WaitingRequest> Requests { get; init; } = [];
    public List<ReadyGiver> Givers { get; init; } = [];
    public Dictionary<Guid, double> Deficits { get; init; } = [];

    public RoundPlan Plan(PlanOptions? options = null, RoundPlanner? planner = null)
    {
        var waiting = new WaitingRequests(Costs);
        foreach (var request in Requests)
            waiting.Put(request);
        return (planner ?? new RoundPlanner(options ?? new PlanOptions { Deadline = null })).Plan(
            waiting,
            Givers,
            Deficits,
            Now
        );
    }

    public static Guid Id(int kind, int number) => new(kind, 0, 0, BitConverter.GetBytes((long)number));

    /// <summary>A degree of latitude is 110.7 km here: so many metres north of the town's corner.</summary>
    public static double North(double metres) => 21 + metres / 110_700;

    public static WaitingRequest Request(
        int number,
        double metres = 0,
        int units = 1,
        int urgency = 1,
        long age = 0,
        bool divisible = true,
        int? asks = null,
        int asked = 0,
        double allRefuse = 1,
        int? household = null,
        int? owner = null,
        int area = 0,
        int category = 1
    ) =>
        new()
        {
            Id = Id(1, number),
            RootArea = Province,
            Area = Id(5, area),
            Household = Id(2, household ?? number),
            Owner = Id(3, owner ?? 1_000 + number),
            Category = category,
            Urgency = urgency,
            Unmet = units,
            Asked = asked,
            AllRefuse = allRefuse,
            Divisible = divisible,
            Asks = asks ?? (urgency == 2 ? 5 : 1),
            PostedAt = Now.AddSeconds(-age),
            Longitude = 105.8,
            Latitude = North(metres),
        };

    public static ReadyGiver Giver(
        int number,
        double metres = 0,
        int free = 10,
        double reach = 5_000,
        int load = 0,
        double acceptance = 0.5,
        int matches = 5,
        int households = 10,
        int category = 1,
        IEnumerable<Guid>? notFor = null,
        IEnumerable<Guid>? blocked = null,
        IEnumerable<Guid>? known = null,
        int? newHouseholds = null
    ) =>
        new()
        {
            Account = Id(3, number),
            Offers = [Offer(number, metres, free, reach, category)],
            Matches = matches,
            Households = households,
            NewHouseholds = newHouseholds ?? households,
            Load = load,
            Acceptance = acceptance,
            NotFor = new HashSet<Guid>(notFor ?? []),
            Blocked = new HashSet<Guid>(blocked ?? []),
            KnownHouseholds = new HashSet<Guid>(known ?? []),
        };

    public static ReadyOffer Offer(int number, double metres, int free, double reach, int category) =>
        new()
        {
            Id = Id(4, number),
            RootArea = Province,
            Category = category,
            Free = free,
            Longitude = 105.8,
            Latitude = North(metres),
            Reach = reach,
        };

    /// <summary>One of many: the same seed gives the same town.</summary>
    public static Town Any(int seed)
    {
        var random = new Random(seed);
        int people = random.Next(1, 8);
        int places = random.Next(1, 7);
        double Metres() => random.Next(places) * 400;
        var town = new Town();
        for (int number = 0; number < random.Next(0, 30); number++)
        {
            int urgency = random.Next(3);
            int units = random.Next(1, 6);
            bool asked = urgency == 2 && random.Next(4) == 0;
            town.Requests.Add(
                Request(
                    number,
                    Metres(),
                    units,
                    urgency,
                    random.Next(4) * 3_000,
                    random.Next(3) > 0,
                    urgency == 2 ? random.Next(0, 6)
                        : random.Next(8) > 0 ? 1
                        : 0,
                    asked ? units : 0,
                    asked ? random.NextDouble() : 1,
                    random.Next(12),
                    random.Next(4) == 0 ? random.Next(people) : 1_000 + random.Next(20),
                    random.Next(3),
                    random.Next(2)
                )
            );
        }
        for (int number = 0; number < people; number++)
        {
            var offers = Enumerable
                .Range(0, random.Next(1, 4))
                .Select(more =>
                    Offer(
                        100 * number + more,
                        Metres(),
                        random.Next(0, 9),
                        random.Next(1, 5) * 500,
                        random.Next(2)
                    )
                )
                .ToList();
            town.Givers.Add(
                new ReadyGiver
                {
                    Account = Id(3, number),
                    Offers = offers,
                    Matches = random.Next(0, 6),
                    Households = random.Next(1, 5),
                    NewHouseholds = random.Next(0, 4),
                    KnownHouseholds = new HashSet<Guid> { Id(2, random.Next(12)), Id(2, random.Next(12)) },
                    NotFor = new HashSet<Guid> { Id(1, random.Next(30)), Id(1, random.Next(30)) },
                    Blocked = new HashSet<Guid> { Id(3, 1_000 + random.Next(20)) },
                    Load = random.Next(3),
                    Acceptance = random.NextDouble(),
                }
            );
        }
        town.Deficits[Id(5, random.Next(3))] = random.NextDouble();
        return town;
    }
}
