using System.Net;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Teams;

/// <summary>A team of the east district, another's, and what they do with needs.</summary>
internal sealed class Desk(ServiceFixture service)
{
    public Person Team { get; private set; } = null!;
    public Person Others { get; private set; } = null!;
    public Person Owner { get; private set; } = null!;

    public static async Task<Desk> Of(ServiceFixture service) =>
        new(service)
        {
            Team = await service.NewPerson("Cô Hoa", ("teamLead", Places.EastDistrict)),
            Others = await service.NewPerson("Người lạ", ("teamLead", Places.WestDistrict)),
            Owner = await service.NewPerson("Bà Tư"),
        };

    public static string At(Guid need, string act) => $"/api/team/needs/{need}/{act}";

    public Task<JsonNode> Done(Guid need, string act, object? body = null) =>
        Team.Post(At(need, act), body).Is(HttpStatusCode.OK);

    public async Task<JsonArray> History(Guid need) =>
        (await Team.Get(At(need, "history")).Is(HttpStatusCode.OK))["items"]!.AsArray();

    public async Task<JsonNode> Last(Guid need) => (await History(need))[^1]!;

    public async Task<string[]> Messages(string kind) =>
        await service.Look<string[]>(
            "select coalesce(array_agg(kind), '{}') from outbox where account_id = @Id and kind = @kind",
            new { Owner.Id, kind }
        ) ?? [];

    /// <summary>The arithmetic holds and counts equal rows.</summary>
    public async Task AllAddsUp()
    {
        await service.InvariantsHold();
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(*)::int from reconcile_counts(@now)",
                new { now = service.Clock.GetUtcNow() }
            )
        );
    }
}
