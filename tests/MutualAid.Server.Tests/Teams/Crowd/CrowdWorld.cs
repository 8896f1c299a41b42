using Dapper;
using MutualAid.Server.Tests.Jobs;

namespace MutualAid.Server.Tests.Teams.Crowd;

/// <summary>A province with needs all over it, those who live there, and sixteen who look after them: of groups, wards, districts and all.</summary>
internal sealed class CrowdWorld(ServiceFixture service)
{
    public const int Needs = 500;
    public const int TeamMembers = 16;
    public const int Neighbours = 12;

    /// <summary>Each leaf with all that lie above it.</summary>
    public static readonly Guid[][] Lines =
    [
        [Places.NorthWestGroupOne, Places.NorthWest, Places.WestDistrict, Places.Province],
        [Places.NorthWestGroupTwo, Places.NorthWest, Places.WestDistrict, Places.Province],
        [Places.SouthWest, Places.WestDistrict, Places.Province],
        [Places.SouthEast, Places.EastDistrict, Places.Province],
        [Places.NorthEast, Places.EastDistrict, Places.Province],
    ];

    private static readonly (string Role, Guid Area)[] Roles =
    [
        ("teamLead", Places.Province),
        ("moderator", Places.Province),
        ("teamLead", Places.WestDistrict),
        ("teamMember", Places.WestDistrict),
        ("teamLead", Places.EastDistrict),
        ("teamMember", Places.EastDistrict),
        ("teamLead", Places.SouthWest),
        ("teamMember", Places.SouthWest),
        ("teamLead", Places.NorthWest),
        ("teamMember", Places.NorthWest),
        ("teamLead", Places.SouthEast),
        ("teamMember", Places.SouthEast),
        ("teamLead", Places.NorthEast),
        ("teamMember", Places.NorthEast),
        ("teamMember", Places.NorthWestGroupOne),
        ("teamMember", Places.NorthWestGroupTwo),
    ];
    private static readonly string[] Categories = ["food", "necessities", "medicine"];

    private volatile CrowdSeen seen = new([], [], [], []);

    public IReadOnlyList<Member> Members { get; private set; } = [];
    public IReadOnlyList<Person> People { get; private set; } = [];

    /// <summary>What they aim at: read anew many times a second, and stale in between, as with real people.</summary>
    public CrowdSeen Now => seen;

    public async Task Make(Random random)
    {
        await service.Do(
            """
            update setting set value = 1000000 where key in
              ('households_before_first_confirmed', 'households_a_day', 'contacts_a_day', 'asks_a_week', 'team_private_an_hour');
            update setting set value = 0 where key = 'quiet_minutes_after_refusal';
            """
        );
        var members = new List<Member>();
        foreach (var (role, area) in Roles)
            members.Add(new(await service.NewPerson("Tổ viên", (role, area)), area));
        Members = members;
        var people = new List<Person>();
        for (int i = 0; i < Neighbours; i++)
        {
            people.Add(await service.NewPerson());
            await service.GivenTrusted(people[i]);
            for (int j = 0; j < 4; j++)
                await service.GivenOffer(
                    people[i],
                    capacity: random.Next(20, 200),
                    category: Categories[j % 3],
                    lon: Lon(random),
                    lat: Lat(random),
                    reach: 9000
                );
        }
        People = people;
        await service.GivenNeeds(people, random, Needs, Lon, Lat);
        await service.Do(
            """
            insert into duplicate_suggestion (request_id, other_id, root_area_id, score, reasons, found_at)
            select b.id, a.id, a.root_area_id, 9,
              '{"metres":0,"phone":"unsaid","door":"same","flat":"unsaid","street":"same","near":"60","name":"other"}', @now
            from request a join request b on b.household_id = a.household_id and b.id > a.id
            where abs(hashtext(a.household_id::text)) % 2 = 0
            """,
            new { now = service.Clock.GetUtcNow() }
        );
        await Look();
    }

    public static double Lon(Random random) => 105.803 + random.NextDouble() * 0.094;

    public static double Lat(Random random) => 21.003 + random.NextDouble() * 0.054;

    /// <summary>Reads all that they can aim at.</summary>
    public async Task Look()
    {
        await using var connection = await service.Open();
        seen = new CrowdSeen(
            [
                .. await connection.QueryAsync<SeenNeed>(
                    """
                    select r.id, r.account_id as owner, r.household_id as household, r.responsible_area_id as area, a.ancestors as above, r.category_id as category,
                           r.unmet, r.divisible, r.end_status is null as live, r.verified_at is not null as verified, r.hidden_at is not null as hidden
                    from request r join area a on a.id = r.responsible_area_id
                    """
                ),
            ],
            [
                .. await connection.QueryAsync<CrowdMatch>(
                    """
                    select m.id, m.giver_account_id as giver, r.account_id as owner, m.status
                    from match m join request r on r.id = m.request_id where m.status in ('proposed', 'accepted', 'onTheWay', 'delivered')
                    """
                ),
            ],
            [
                .. await connection.QueryAsync<SeenPair>(
                    "select request_id as later, other_id as first from duplicate_suggestion where settled_at is null"
                ),
            ],
            [
                .. await connection.QueryAsync<Guid>(
                    "select id from offer where status = 'active' and not one_time"
                ),
            ]
        );
    }
}

/// <summary>Somebody of a team, and where their role is.</summary>
internal sealed record Member(Person Person, Guid Area);

internal sealed record CrowdSeen(SeenNeed[] Needs, CrowdMatch[] Matches, SeenPair[] Pairs, Guid[] Offers);

internal sealed class SeenNeed
{
    public Guid Id { get; init; }
    public Guid Owner { get; init; }
    public Guid Household { get; init; }
    public Guid Area { get; init; }
    public Guid[] Above { get; init; } = [];
    public int Category { get; init; }
    public int Unmet { get; init; }
    public bool Divisible { get; init; }
    public bool Live { get; init; }
    public bool Verified { get; init; }
    public bool Hidden { get; init; }
}

internal sealed class CrowdMatch
{
    public Guid Id { get; init; }
    public Guid Giver { get; init; }
    public Guid Owner { get; init; }
    public string Status { get; init; } = "";
}

internal sealed class SeenPair
{
    public Guid Later { get; init; }
    public Guid First { get; init; }
}
