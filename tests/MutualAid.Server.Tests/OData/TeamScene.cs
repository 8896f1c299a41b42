using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using MutualAid.Server.Tests.Keys;

namespace MutualAid.Server.Tests.OData;

/// <summary>Needs of two wards side by side, live, hidden and ended, with their deliveries, and a key for each ward.</summary>
public sealed class TeamScene(Cluster cluster) : KeysFixture(cluster)
{
    /// <summary>Looked after by the two groups of the north-western ward.</summary>
    public IReadOnlyList<Guid> West { get; private set; } = [];

    /// <summary>Looked after by the north-eastern ward.</summary>
    public IReadOnlyList<Guid> East { get; private set; } = [];

    public Guid Hidden { get; private set; }
    public Guid Withdrawn { get; private set; }
    public Guid NotMe { get; private set; }
    public string WestKey { get; private set; } = "";
    public string EastKey { get; private set; } = "";
    public Person WestLead { get; private set; } = null!;
    public Person EastLead { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        WestLead = await NewPerson("Tổ trưởng Tây", ("teamLead", Places.NorthWest));
        EastLead = await NewPerson("Tổ trưởng Đông", ("teamLead", Places.NorthEast));
        WestKey = await WestLead.KeyToken(Places.NorthWest);
        EastKey = await EastLead.KeyToken(Places.NorthEast);
        West = await Ward(105.81, 105.84);
        (Hidden, Withdrawn, NotMe) = (West[3], West[4], West[5]);
        East = await Ward(105.86, 105.88);
    }

    /// <summary>As a program with this key reads it; without one as anybody.</summary>
    public async Task<HttpResponseMessage> Get(string? key, string query, string? prefer = null)
    {
        using var message = new HttpRequestMessage(
            HttpMethod.Get,
            query.StartsWith("http", StringComparison.Ordinal) ? query : $"/odata/{query}"
        );
        if (key is not null)
            message.Headers.Authorization = new("Bearer", key);
        if (prefer is not null)
            message.Headers.Add("Prefer", prefer);
        return await Anonymous.SendAsync(message);
    }

    public Task<JsonNode> Read(string? key, string query, string? prefer = null) =>
        Get(key, query, prefer).Is(HttpStatusCode.OK);

    public async Task<HashSet<Guid>> Ids(string key, string query, string name = "Id") =>
        [.. (await Read(key, query))["value"]!.AsArray().Select(row => Guid.Parse(row!.Text(name)))];

    public async Task<string> Text(string? key, string query)
    {
        using var answer = await Get(key, query);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    // One open, one on its way, one confirmed, one hidden, and two that ended: with words of the owner's, and by the service.
    private async Task<IReadOnlyList<Guid>> Ward(double one, double two)
    {
        var owner = await NewPerson("Nguyễn Thị Kín");
        var giver = await NewPerson("Trần Văn Cho");
        var needs = new List<Guid>();
        foreach (double lon in new[] { one, two, one, two, one, two })
            needs.Add(await this.GivenRequest(owner, lon: lon, lat: 21.045));
        var offer = await this.GivenOffer(giver, lon: one, lat: 21.045, reach: 20_000);
        foreach (int at in new[] { 2, 1 })
        {
            var match = await this.GivenProposal(offer, needs[at], 4);
            Assert.Equal("done", await this.Step(match, "accept", "giver", giver.Id, "123456"));
            // By the code that the receiver reads out, so that it is confirmed as well.
            if (at == 2)
                Assert.Equal("done", await this.Step(match, "deliver", "giver", giver.Id, "123456"));
        }
        await using var connection = await Open();
        await connection.ExecuteAsync(
            """
            update request set public_note = 'ghi chú ' || id where id = any (@needs);
            select request_hide(@now, @hidden, true);
            select request_end(@now, array[@withdrawn], 'withdrawn', 'mẹ tôi ở nhà số 5');
            select request_end(@now, array[@notMe], 'withdrawn', 'notMe');
            """,
            new
            {
                needs,
                now = Clock.GetUtcNow(),
                hidden = needs[3],
                withdrawn = needs[4],
                notMe = needs[5],
            }
        );
        return needs;
    }
}
