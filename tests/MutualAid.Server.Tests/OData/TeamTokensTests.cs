using System.Net;
using System.Text.Json.Nodes;
using Dapper;
using MutualAid.Server.Database;
using MutualAid.Server.Tests.Keys;
using Npgsql;

namespace MutualAid.Server.Tests.OData;

/// <summary>Links that a key was given, and the role that it reads through.</summary>
public sealed class TeamTokensTests(TeamScene service) : IClassFixture<TeamScene>
{
    [Fact]
    public async Task a_next_link_goes_on_for_its_own_query_and_key_alone()
    {
        string set = "TeamRequests?$select=Id&$orderby=CreatedAt";
        var seen = new List<Guid>();
        string? next = set;
        string? link = null;
        while (next is not null)
        {
            var page = await service.Read(service.WestKey, next, "maxpagesize=4");
            seen.AddRange(page["value"]!.AsArray().Select(row => Guid.Parse(row!.Text("Id"))));
            next = (string?)page["@odata.nextLink"];
            link ??= next;
        }
        Assert.Equal(service.West.Order(), seen.Order());
        await service.Get(service.EastKey, link!).Is(HttpStatusCode.BadRequest);
        await service
            .Get(await service.WestLead.KeyToken(Places.NorthWest), link!)
            .Is(HttpStatusCode.BadRequest);
        await service.Get(null, link!).Is(HttpStatusCode.NotFound);
        string token = link!.Split("$skiptoken=")[1];
        foreach (
            string other in new[]
            {
                "TeamRequests?$select=Id&$orderby=ExpiresAt",
                "TeamMatches?$select=Id&$orderby=CreatedAt",
                "Requests?$select=Id&$orderby=CreatedAt",
            }
        )
        {
            await service.Get(service.WestKey, $"{other}&$skiptoken={token}").Is(HttpStatusCode.BadRequest);
            // Nobody has no use for it either, nor a key for nobody's.
            await service
                .Get(null, $"Requests?$select=Id&$orderby=CreatedAt&$skiptoken={token}")
                .Is(HttpStatusCode.BadRequest);
        }
        var open = await service.Read(null, "Requests?$select=Id", "maxpagesize=1");
        await service.Get(null, open.Text("@odata.nextLink")).Is(HttpStatusCode.OK);
        await service.Get(service.WestKey, open.Text("@odata.nextLink")).Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task changes_of_what_everybody_reads_are_told_to_whoever_began_and_of_a_teams_sets_to_nobody()
    {
        using var refused = await service.Get(service.WestKey, "TeamRequests", "odata.track-changes");
        var page = await Task.FromResult(refused).Is(HttpStatusCode.OK);
        Assert.Null(page["@odata.deltaLink"]);
        Assert.False(refused.Headers.Contains("Preference-Applied"));

        var first = await service.Read(service.WestKey, "Requests?$select=Id", "odata.track-changes");
        string link = first.Text("@odata.deltaLink");
        Assert.Empty((await service.Read(service.WestKey, link))["value"]!.AsArray());
        foreach (string? other in new[] { service.EastKey, null })
            await service.Get(other, link).Is(HttpStatusCode.BadRequest);
        string nobodys = (await service.Read(null, "Requests?$select=Id", "odata.track-changes")).Text(
            "@odata.deltaLink"
        );
        await service.Get(service.WestKey, nobodys).Is(HttpStatusCode.BadRequest);
        foreach (string set in new[] { "TeamRequests", "TeamMatches", "TeamCounts" })
        {
            await service
                .Get(service.WestKey, $"{set}?$deltatoken={link.Split("$deltatoken=")[1]}")
                .Is(HttpStatusCode.NotImplemented);
            await service.Get(null, $"{set}?$deltatoken=x").Is(HttpStatusCode.NotFound);
        }
        // What changes of a hidden need changes nothing here.
        await service.Look<int>("update request set people = 9 where id = @Hidden", new { service.Hidden });
        Assert.Empty((await service.Read(service.WestKey, link))["value"]!.AsArray());
    }

    // A page's link shows a snapshot that is sealed with the same keys.
    [Fact]
    public async Task what_is_sealed_for_something_else_is_no_token()
    {
        var page = await service.Read(null, "Requests?$select=Id", "odata.track-changes,maxpagesize=1");
        string skip = page.Text("@odata.nextLink").Split("$skiptoken=")[1];
        var inside = JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(skip))!;
        string snapshot = inside.Text("Tracked");
        await service.Get(null, $"Requests?$select=Id&$deltatoken={snapshot}").Is(HttpStatusCode.BadRequest);
        await service
            .Get(service.WestKey, $"TeamRequests?$skiptoken={snapshot}")
            .Is(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task its_role_reads_the_views_for_teams_and_the_publics_and_nothing_else()
    {
        await using var connection = await service.Open();
        var read = await connection.QueryAsync<(string Name, string Kind)>(
            """
            select c.relname::text, c.relkind::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
              and (has_table_privilege('mutualaid_team_reader', c.oid, 'select') or has_any_column_privilege('mutualaid_team_reader', c.oid, 'select'))
              and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'e')
            """
        );
        Assert.All(
            read,
            one =>
            {
                Assert.Equal("v", one.Kind);
                Assert.Matches("^(public|team)_", one.Name);
            }
        );
        Assert.Superset(
            new HashSet<string> { "team_request", "team_match", "team_count", "public_need", "public_area" },
            read.Select(one => one.Name).ToHashSet()
        );
        Assert.Equal(
            0,
            await connection.ExecuteScalarAsync<int>(
                """
                select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
                where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'
                  and has_table_privilege('mutualaid_team_reader', c.oid, 'insert, update, delete, truncate')
                """
            )
        );
        Assert.Equal(
            "",
            await connection.ExecuteScalarAsync<string>(
                """
                select coalesce(string_agg(rolname, ' '), '') from pg_roles
                where rolname not in ('mutualaid_team_reader', 'mutualaid_reader') and pg_has_role('mutualaid_team_reader', oid, 'member')
                """
            )
        );
        Assert.False(
            await connection.ExecuteScalarAsync<bool>(
                "select bool_or(has_table_privilege('mutualaid_reader', c, 'select')) from unnest(array['team_request', 'team_match', 'team_count']) c"
            )
        );
        // No function that the public may not call.
        Assert.Equal(
            0,
            await connection.ExecuteScalarAsync<int>(
                """
                select count(*) from pg_proc where pronamespace = 'public'::regnamespace
                  and has_function_privilege('mutualaid_team_reader', oid, 'execute') and not has_function_privilege('mutualaid_reader', oid, 'execute')
                """
            )
        );
        var stop = TestContext.Current.CancellationToken;
        await using var database = new TeamDatabase(service.Settings);
        await using var reader = await database.Open(stop);
        foreach (
            string table in new[] { "request", "request_private", "account_private", "access_key", "match" }
        )
            Assert.Equal(
                PostgresErrorCodes.InsufficientPrivilege,
                (
                    await Assert.ThrowsAsync<PostgresException>(() =>
                        reader.Value<int>($"select count(*)::int from {table}", null, stop)
                    )
                ).SqlState
            );
    }
}
