using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MutualAid.Server.Database;
using MutualAid.Server.Tests.Keys;
using MutualAid.Server.Tests.Requests;
using MutualAid.Server.Tests.Storm;

namespace MutualAid.Server.Tests.Pooler;

/// <summary>
/// The service behind PgBouncer. Seen to fail: all of it without the settings that go ahead of each statement
/// (<c>Pooler.Sent</c> giving the bare text), since the pooler's user may do nothing by itself; posting and the journey with
/// automatic preparation left on, since the next session does not know the statement.
/// </summary>
public sealed class PoolerTests(PooledFixture service) : IClassFixture<PooledFixture>
{
    [Fact]
    public async Task two_servers_share_few_sessions_and_each_of_many_posts_sent_twice_is_there_once()
    {
        await using var other = Service.Create(service.Settings with { Jobs = false }, service.Clock);
        await other.StartAsync();
        var addresses = new[] { service.Address, new Uri(other.Urls.First()) };
        var people = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => service.NewPerson()));
        var answers = await Task.WhenAll(
            from person in people
            from number in Enumerable.Range(0, 3)
            from address in addresses
            select Send(person, new Uri(address, "/api/requests"), $"post-{number}")
        );

        // 409: the same post is being written at this moment, through the other server.
        Assert.All(
            answers,
            status => Assert.True(status is HttpStatusCode.Created or HttpStatusCode.Conflict, $"{status}")
        );
        Assert.Equal(
            3 * people.Length,
            await service.Look<int>(
                "select count(*)::int from household where account_id = any(@ids)",
                new { ids = people.Select(person => person.Id).ToArray() }
            )
        );
        int sessions = await service.Look<int>(
            "select count(*)::int from pg_stat_activity where datname = current_database() and usename = 'mutualaid_through_pooler'"
        );
        Assert.InRange(sessions, 2, PgBouncer.Sessions);
        await service.InvariantsHold();
        await other.StopAsync();
    }

    [Fact]
    public async Task each_statement_acts_as_its_role_under_its_limits_and_a_transaction_may_set_its_own()
    {
        const string limits =
            "select concat_ws(' ', current_user, current_setting('statement_timeout'), current_setting('jit'), current_setting('idle_in_transaction_session_timeout'))";
        var stop = TestContext.Current.CancellationToken;
        await using var write = new ServiceDatabase(service.Settings);
        await using var read = new PublicDatabase(service.Settings);
        await using var team = new TeamDatabase(service.Settings);
        await using (var connection = await write.Open(stop))
            for (int i = 0; i < 3; i++)
                Assert.Equal("mutualaid_app 30s off 5s", await connection.Value<string>(limits, null, stop));
        await using (var connection = await read.Open(stop))
            Assert.Equal("mutualaid_reader 10s off 5s", await connection.Value<string>(limits, null, stop));
        await using (var connection = await team.Open(stop))
            Assert.Equal(
                "mutualaid_team_reader 10s off 5s",
                await connection.Value<string>(limits, null, stop)
            );
        string? seen = await write.Transaction(
            async connection =>
            {
                await connection.Execute("set local statement_timeout = '10min'", null, stop);
                return await connection.Value<string>(limits, null, stop);
            },
            stop
        );
        Assert.Equal("mutualaid_app 10min off 5s", seen);
        await using (var connection = await write.Open(stop))
            Assert.Equal("mutualaid_app 30s off 5s", await connection.Value<string>(limits, null, stop));
    }

    // Seen to fail without the settings ahead of the statement: the pooler's user may do nothing by itself.
    [Fact]
    public async Task odata_acts_as_the_publics_role_and_with_a_key_as_the_teams()
    {
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", Places.NorthWest));
        var need = await service.GivenRequest(lead, lon: 105.84, lat: 21.04);
        using var program = service.Client(await lead.KeyToken(Places.NorthWest));
        foreach (
            string query in new[]
            {
                "Requests?$count=true&$top=1",
                "Requests/$count",
                $"Requests({need})",
                "Areas?$expand=Requests",
            }
        )
        foreach (var reader in new[] { service.Anonymous, program })
        {
            await Read(reader, query);
            if (reader == program)
                await Read(
                    reader,
                    query
                        .Replace("Requests", "TeamRequests", StringComparison.Ordinal)
                        .Replace(
                            "Areas?$expand=TeamRequests",
                            "TeamRequests?$expand=Area($expand=Requests),Matches",
                            StringComparison.Ordinal
                        )
                );
        }
        // One page of one need, whatever the other tests have posted: a link to what changes stands on the last page.
        using var ask = new HttpRequestMessage(
            HttpMethod.Get,
            $"/odata/Requests?$select=Id&$filter=Id eq {need}"
        );
        ask.Headers.Add("Prefer", "odata.track-changes");
        using var first = await service.Anonymous.SendAsync(ask);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        string link = JsonNode.Parse(await first.Content.ReadAsStringAsync())!.Text("@odata.deltaLink");
        await Read(service.Anonymous, link);

        static async Task Read(HttpClient reader, string query)
        {
            using var answer = await reader.GetAsync(
                query.StartsWith("http", StringComparison.Ordinal) ? query : $"/odata/{query}"
            );
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    [Fact]
    public async Task a_server_starts_through_a_pooler_and_leads_the_rounds()
    {
        using var server = new ServerProcess(service.Settings);
        for (int tries = 0; !server.Leads; tries++)
        {
            Assert.False(server.HasExited || tries > 600, $"it does not lead: {server.Said}");
            await Task.Delay(100);
        }
    }

    [Fact]
    public async Task a_pooler_that_was_killed_and_started_again_is_used_again()
    {
        var person = await service.NewPerson();
        await person.Posted();
        service.Pooler.Kill();
        await person.PostRequests(Posting.Body()).IsProblem(503, "unavailable");
        await service.Pooler.StartAgain();
        // The answer that said "again" has forgotten the other sessions of that pool; each pool's first may say it once.
        await Patience.Until(
            async () => (await service.Anonymous.GetAsync("/health/ready")).StatusCode == HttpStatusCode.OK,
            "it comes back"
        );
        await service.Anonymous.GetAsync("/api/categories");
        await person.Posted();
    }

    private static async Task<HttpStatusCode> Send(Person person, Uri address, string key)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = JsonContent.Create(Posting.Body()),
        };
        message.Headers.Add("Idempotency-Key", key);
        using var answer = await person.Http.SendAsync(message);
        return answer.StatusCode;
    }
}
