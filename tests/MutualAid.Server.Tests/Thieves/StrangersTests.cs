using System.Text.RegularExpressions;
using Dapper;
using MutualAid.Server.Accounts;
using MutualAid.Server.Tests.Matching;
using MutualAid.Server.Tests.Privacy;
using MutualAid.Server.Tests.Teams;

namespace MutualAid.Server.Tests.Thieves;

/// <summary>
/// Ids are no keys: what is not the reader's answers just as what was never there. And nothing happens because somebody,
/// or a preview, fetched an address.
/// </summary>
public sealed class StrangersTests(ServiceFixture service, Cluster cluster) : IClassFixture<ServiceFixture>
{
    // Seen to fail without the sides of a match in MatchStore's condition.
    [Fact]
    public async Task an_id_of_others_answers_as_one_that_was_never_made()
    {
        var world = new PrivateWorld(service);
        await world.Make(() => (0.5, 0.5));
        await world.Accept();
        await service.Execute(
            "update offer set status = 'paused' where id = @id",
            new { id = world["offer 5"] }
        );
        var match = await service.Look<Guid>(
            "select id from match where status in ('accepted', 'onTheWay') limit 1"
        );
        Guid[] ended = [world["need 7 (withdrawn)"], world["need 8 (hidden)"]];
        var stranger = await service.NewPerson();
        int asked = 0;
        foreach (
            string route in PlacePrivacyTests
                .Routes(service)
                .Where(route => route.Contains("{id:guid}", StringComparison.Ordinal))
        )
        {
            bool reads = route.StartsWith("GET ", StringComparison.Ordinal);
            // Areas are nobody's. A form is refused before its id is looked at: it has no token.
            if (
                route.Contains("/areas/", StringComparison.Ordinal)
                || route.Contains("{act}", StringComparison.Ordinal)
            )
                continue;
            // What anybody may read or claim is hidden only when it is not live.
            Guid[] others =
                route.Contains("/matches/", StringComparison.Ordinal) ? [match]
                : route.Contains("/offers/", StringComparison.Ordinal)
                    ? (reads ? [world["offer 5"]] : [world["offer 5"], world["offer 1"]])
                : reads || route.EndsWith("/claims", StringComparison.Ordinal) ? ended
                : [.. ended, world["need 1"]];
            foreach (var id in others)
            foreach (string held in new[] { "", "*" })
            {
                // A claim of an ended need says that it is over, to whoever saw it while it was not.
                if (route.EndsWith("/claims", StringComparison.Ordinal) && id == ended[0])
                    continue;
                string never = await Answer(stranger, route, Guid.NewGuid(), held);
                Assert.StartsWith("404\n", never, StringComparison.Ordinal);
                Assert.Equal(never, await Answer(stranger, route, id, held));
                asked++;
            }
        }
        Assert.True(asked > 40, $"{asked} answers compared");
        // Nor does it tell anything to report, or to block, by an id that one never saw.
        foreach (
            string body in new[]
            {
                """{"subject":{"kind":"match","id":"ID"},"reason":"false"}""",
                """{"subject":{"kind":"request","id":"ID"},"reason":"false"}""",
            }
        )
        {
            var id = body.Contains("match", StringComparison.Ordinal) ? match : ended[1];
            Assert.Equal(
                await Answer(stranger, "POST /api/reports", Guid.NewGuid(), "", body),
                await Answer(stranger, "POST /api/reports", id, "", body)
            );
        }
        const string blocked = """{"matchId":"ID"}""";
        Assert.Equal(
            await Answer(stranger, "POST /api/blocks", Guid.NewGuid(), "", blocked),
            await Answer(stranger, "POST /api/blocks", match, "", blocked)
        );
    }

    // Seen to fail with a renew link that renews when it is fetched.
    [Fact]
    public async Task whatever_is_fetched_nothing_is_done()
    {
        await using var fresh = new ServiceFixture(cluster);
        await fresh.InitializeAsync();
        var world = new PrivateWorld(fresh);
        await world.Make(() => (0.5, 0.5));
        await world.Accept();
        var links = await Links(fresh, world["need 1"]);
        var team = await fresh.NewPerson("Tổ trưởng", ("teamLead", Places.NorthWest));
        var matches = await Matches(fresh);
        string before = await Everything(fresh);
        foreach (
            var http in new[]
            {
                fresh.Anonymous,
                world.Somebody("an").Http,
                world.Somebody("lan").Http,
                team.Http,
            }
        )
        {
            foreach (string route in PlacePrivacyTests.Routes(fresh).Where(route => route[..4] == "GET "))
            {
                // The stream of a need's events has no end; it is the need's own reading.
                if (route.EndsWith("/events", StringComparison.Ordinal))
                    continue;
                var ids =
                    route.Contains("/matches/", StringComparison.Ordinal) ? matches
                    : route.Contains("/offers/", StringComparison.Ordinal) ? world.Offers
                    : route.Contains("/areas/", StringComparison.Ordinal) ? [Places.NorthWest]
                    : world.Needs;
                foreach (var id in route.Contains("{id:guid}", StringComparison.Ordinal) ? ids : [Guid.Empty])
                    (
                        await http.GetAsync(
                            route[4..].Replace("{id:guid}", $"{id}", StringComparison.Ordinal)
                        )
                    ).Dispose();
            }
            foreach (string link in links)
                Assert.Equal(System.Net.HttpStatusCode.OK, (await http.GetAsync(link)).StatusCode);
        }
        Assert.Equal(before, await Everything(fresh));
    }

    private static async Task<string[]> Links(ServiceFixture service, Guid need)
    {
        await using var connection = await service.Open();
        var at = service.Clock.GetUtcNow() + TimeSpan.FromDays(8);
        string renew = await service
            .App.Services.GetRequiredService<RenewLinks>()
            .New(connection, need, Places.Province, at, CancellationToken.None);
        var behalf = Link.New(service.Settings, "b");
        await connection.ExecuteAsync(
            """
            insert into behalf_link (token_hash, household_id, root_area_id, expires_at)
            select @TokenHash, household_id, root_area_id, @at from request where id = @need
            """,
            new
            {
                behalf.TokenHash,
                at,
                need,
            }
        );
        var owner = await service.Look<Guid>("select account_id from request where id = @need", new { need });
        return
        [
            $"/s/{await service.GivenStatusLink(owner, need)}",
            renew[service.Settings.PublicUrl.Length..],
            behalf.Url[service.Settings.PublicUrl.Length..],
        ];
    }

    private static async Task<IEnumerable<Guid>> Matches(ServiceFixture service)
    {
        await using var connection = await service.Open();
        return await connection.QueryAsync<Guid>("select id from match");
    }

    // All rows but those that say who looked, and the messages' way to their sender, which goes on meanwhile.
    private static async Task<string> Everything(ServiceFixture service)
    {
        await using var connection = await service.Open();
        var tables = await connection.QueryAsync<string>(
            """
            select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace
              and relname not in ('access_log', 'access_log_look', 'outbox', 'data_protection_key', 'spatial_ref_sys') order by 1
            """
        );
        var all = new List<string>();
        foreach (string table in tables)
            all.Add(
                $"{table} {await connection.ExecuteScalarAsync<string>($"select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {table} t")}"
            );
        all.Add($"outbox {await connection.ExecuteScalarAsync<int>("select count(*)::int from outbox")}");
        return string.Join('\n', all);
    }

    // What the desk's table sends there: every route with an id has a row in it, or is somebody's own. A form's token is not the question here.
    private static string? Sent(string route) =>
        MatrixRows.All.FirstOrDefault(row => row.Route == route) is not { } row ? null
        : row.Form ? "{}"
        : row.Calls(new Spot(Where.Own, Places.NorthWest)).Select(call => call.Body).FirstOrDefault();

    private static async Task<string> Answer(
        Person person,
        string route,
        Guid id,
        string held,
        string? body = null
    )
    {
        string[] parts = route.Split(' ');
        using var message = new HttpRequestMessage(
            HttpMethod.Parse(parts[0]),
            parts[1].Replace("{id:guid}", $"{id}", StringComparison.Ordinal)
        );
        body ??= Sent(route);
        if (body is not null)
            message.Content = new StringContent(
                body.Replace("ID", $"{id}", StringComparison.Ordinal),
                System.Text.Encoding.UTF8,
                "application/json"
            );
        if (message.Method == HttpMethod.Patch)
            message.Headers.Add("If-Match", "*");
        if (held.Length > 0 && message.Method == HttpMethod.Get)
            message.Headers.Add("If-None-Match", held);
        using var answer = await person.Http.SendAsync(message);
        string headers = string.Join(
            '\n',
            answer
                .Headers.Concat(answer.Content.Headers)
                .Where(header => header.Key is not ("Date" or "Set-Cookie"))
                .Select(header => $"{header.Key}: {string.Join(',', header.Value)}")
                .Order(StringComparer.Ordinal)
        );
        string text = await answer.Content.ReadAsStringAsync();
        string told =
            $"{(int)answer.StatusCode}\n{headers}\n{text.Replace($"{id}", "ID", StringComparison.Ordinal)}";
        // A page's forms have a token that is another one each time.
        return Regex.Replace(told, "name=\"(__RequestVerificationToken|key)\" value=\"[^\"]*\"", "–");
    }
}
