using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Dapper;
using MutualAid.Server.Tests.Keys;

namespace MutualAid.Server.Tests.OData;

/// <summary>What a team's reading key reads under <c>/odata</c>, and what nobody else does.</summary>
public sealed class TeamSetsTests(TeamScene service) : IClassFixture<TeamScene>
{
    private static readonly string[] Sets = ["TeamRequests", "TeamMatches", "TeamCounts"];

    [Fact]
    public async Task without_a_key_there_is_no_hint_of_them()
    {
        var nobody = service.Anonymous;
        // A session of the same person's is no key.
        foreach (var reader in new[] { nobody, service.WestLead.Http })
        {
            foreach (string document in new[] { "", "$metadata", "$metadata?$format=json" })
                Assert.DoesNotContain(
                    "Team",
                    await reader.GetStringAsync($"/odata/{document}"),
                    StringComparison.OrdinalIgnoreCase
                );
            foreach (string set in Sets)
            foreach (string path in new[] { "NAME", "NAME/$count", "NAME?$top=1", "NAME('x')" })
            {
                var known = await Told(path.Replace("NAME", set, StringComparison.Ordinal), set);
                Assert.Equal(
                    await Told(path.Replace("NAME", "Nonsense", StringComparison.Ordinal), "Nonsense"),
                    known
                );
            }

            async Task<string> Told(string path, string name)
            {
                using var answer = await reader.GetAsync($"/odata/{path}");
                string body = await answer.Content.ReadAsStringAsync();
                return $"{answer.StatusCode} {body.Replace(name, "NAME", StringComparison.Ordinal)}";
            }
        }
        await nobody.GetAsync("/odata/TeamRequests").Is(HttpStatusCode.NotFound);
        var parts = await Batch(null, "TeamRequests", "TeamCounts");
        Assert.All(parts, part => Assert.Equal(404, part!.Number("status")));
    }

    [Fact]
    public async Task a_key_is_told_of_them_and_keeps_nothing()
    {
        var model = XDocument.Parse(await service.Text(service.WestKey, "$metadata"));
        var sets = model
            .Descendants()
            .Where(one => one.Name.LocalName == "EntitySet")
            .Select(one => one.Attribute("Name")!.Value)
            .ToArray();
        Assert.Equal(Sets, sets[^3..]);
        Assert.Contains("Requests", sets);
        var document = await service.Read(service.WestKey, "");
        Assert.Equal(sets, document["value"]!.AsArray().Select(one => one!.Text("name")));
        foreach (
            string query in new[]
            {
                "",
                "$metadata",
                "Requests",
                "TeamRequests",
                "TeamCounts/$count",
                "Nonsense",
            }
        )
        {
            using var answer = await service.Get(service.WestKey, query);
            Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        }
        // As Excel signs in.
        await service.Ask(service.WestKey, "/odata/TeamRequests", basic: true).Is(HttpStatusCode.OK);
        await service.Ask("hunter2", "/odata/Requests", basic: true).IsProblem(401, "tokenUnknown");
    }

    [Fact]
    public async Task no_private_column_is_told_to_anybody()
    {
        var told = XDocument
            .Parse(await service.Text(service.WestKey, "$metadata"))
            .Descendants()
            .Where(one =>
                one.Name.LocalName == "EntityType"
                && one.Attribute("Name")!.Value.StartsWith("Team", StringComparison.Ordinal)
            )
            .Descendants()
            .Where(one => one.Name.LocalName == "Property")
            .Select(one => one.Attribute("Name")!.Value.ToUpperInvariant())
            .ToHashSet();
        Assert.True(told.Count > 25);
        await using var connection = await service.Open();
        // Whatever a table of private facts holds now or later, and whose something is.
        var secret = (
            await connection.QueryAsync<string>(
                """
                select column_name from information_schema.columns
                where table_schema = 'public'
                  and (table_name like '%\_private' or table_name in ('household', 'account')
                    or table_name in ('request', 'match', 'offer') and column_name ~ 'account|household|offer|trip|giver|cell|reasons|version|root')
                """
            )
        ).ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "address",
                "phone_hash",
                "giver_account_id",
                "household_id",
                "hand_over_code",
            },
            secret
        );
        secret.ExceptWith(["id", "request_id", "created_at"]);
        // Of a public set, or of the row itself.
        string[] seen =
        [
            .. await connection.QueryAsync<string>(
                "select column_name from information_schema.columns where table_name in ('team_request', 'team_match', 'team_count')"
            ),
        ];
        foreach (string column in secret.Except(["place"]))
        {
            Assert.DoesNotContain(column.Replace("_", "", StringComparison.Ordinal).ToUpperInvariant(), told);
            Assert.DoesNotContain(column, seen);
        }
        string all = "";
        foreach (string set in Sets)
            all += await service.Text(service.WestKey, set);
        foreach (
            string word in new[] { "Kín", "12 ngõ 3", "gọi cửa sau", "sữa cho bé", "+8490", "số 5", "Trần" }
        )
            Assert.DoesNotContain(word, all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_need_is_told_with_its_state_and_its_public_place()
    {
        var rows = (
            await service.Read(
                service.WestKey,
                "TeamRequests?$expand=Area,PublicArea,CategoryDetails,Matches"
            )
        )["value"]!
            .AsArray()
            .ToDictionary(row => Guid.Parse(row!.Text("Id")), row => row!);
        Assert.Equal(service.West.ToHashSet(), [.. rows.Keys]);
        Assert.Equal(
            ["open", "matched", "fulfilled", "open", "withdrawn", "withdrawn"],
            service.West.Select(id => rows[id].Text("Status"))
        );
        Assert.Equal([service.Hidden], rows.Where(row => (bool)row.Value["Hidden"]!).Select(row => row.Key));
        Assert.Equal("Tổ 1", rows[service.West[0]]["Area"]!.Text("Name"));
        Assert.Equal("Phường Đèn", rows[service.West[0]]["PublicArea"]!.Text("Name"));
        Assert.Equal("Food", rows[service.West[0]]["CategoryDetails"]!.Text("NameEn"));
        Assert.Equal([0, 1, 1, 0, 0, 0], service.West.Select(id => rows[id]["Matches"]!.AsArray().Count));
        Assert.Equal("confirmed", rows[service.West[2]]["Matches"]![0]!.Text("Status"));
        // The note while it is public; a reason that is one of the service's own words.
        Assert.Equal(
            [true, true, false, false, false, false],
            service.West.Select(id => rows[id]["PublicNote"] is not null)
        );
        Assert.Equal("notMe", rows[service.NotMe].Text("EndReason"));
        Assert.Null(rows[service.Withdrawn]["EndReason"]);
        Assert.NotNull(rows[service.Withdrawn]["EndedAt"]);
        foreach (var id in service.West)
            Assert.Equal(
                await service.Look<string>(
                    "select concat_ws(' ', st_x(public_place::geometry), st_y(public_place::geometry)) from request where id = @id",
                    new { id }
                ),
                string.Join(
                    ' ',
                    rows[id]["Location"]!["coordinates"]!.AsArray().Select(one => one!.ToJsonString())
                )
            );
    }

    [Fact]
    public async Task each_ward_reads_its_own_by_whatever_way()
    {
        await Reads(service.WestKey, service.West, service.East);
        await Reads(service.EastKey, service.East, service.West);

        async Task Reads(string key, IReadOnlyList<Guid> own, IReadOnlyList<Guid> others)
        {
            Assert.Equal(own.ToHashSet(), await service.Ids(key, "TeamRequests"));
            Assert.Equal(
                own.ToHashSet(),
                await service.Ids(key, "TeamRequests?$filter=Quantity gt 0 or true")
            );
            Assert.Equal("6", (await service.Text(key, "TeamRequests/$count")).Trim('\uFEFF'));
            Assert.Equal(
                6,
                (await service.Read(key, "TeamRequests?$count=true&$top=0")).Number("@odata.count")
            );
            var sum = await service.Read(
                key,
                "TeamRequests?$apply=aggregate($count as All,Quantity with sum as Units)"
            );
            Assert.Equal((6, 24), (sum["value"]![0]!.Number("All"), sum["value"]![0]!.Number("Units")));
            var shares = await service.Read(
                key,
                "TeamMatches?$apply=groupby((Request/ResponsibleAreaId,RequestId),aggregate($count as N))"
            );
            Assert.Equal(2, shares["value"]!.AsArray().Count);
            Assert.Equal(
                new HashSet<Guid> { own[1], own[2] },
                await service.Ids(key, "TeamRequests?$filter=Matches/any()")
            );
            Assert.Equal(
                new HashSet<Guid> { own[1], own[2] },
                await service.Ids(key, "TeamMatches?$filter=Request/Quantity eq 4", "RequestId")
            );
            Assert.Equal(
                own.ToHashSet(),
                await service.Ids(
                    key,
                    "TeamRequests?$orderby=Area/Name desc,PublicNote&$compute=Quantity mul 2 as Twice"
                )
            );
            await service.Get(key, $"TeamRequests({own[3]})").Is(HttpStatusCode.OK);
            var expanded = await service.Read(key, "TeamMatches?$expand=Request($expand=Matches)");
            Assert.All(
                expanded["value"]!.AsArray(),
                row =>
                {
                    Assert.Contains(Guid.Parse(row!["Request"]!.Text("Id")), own);
                    Assert.Single(row["Request"]!["Matches"]!.AsArray());
                }
            );
            var counts = await service.Read(key, "TeamCounts?$apply=aggregate(Requests with sum as All)");
            Assert.Equal(6, counts["value"]![0]!.Number("All"));
            foreach (var other in others)
            {
                await service.Get(key, $"TeamRequests({other})").Is(HttpStatusCode.NotFound);
                await service.Get(key, $"TeamRequests({other})/Status/$value").Is(HttpStatusCode.NotFound);
                Assert.Empty((await service.Read(key, $"TeamRequests({other})/Matches"))["value"]!.AsArray());
                Assert.Empty(
                    (await service.Read(key, $"TeamMatches?$filter=RequestId eq {other}"))["value"]!.AsArray()
                );
            }
            var parts = await Batch(
                key,
                "TeamRequests?$select=Id",
                $"TeamRequests({own[0]})",
                $"TeamRequests({others[0]})",
                "Requests?$top=1"
            );
            Assert.Equal([200, 200, 404, 200], parts.Select(part => part!.Number("status")));
            Assert.Equal(
                own.ToHashSet(),
                [.. parts[0]!["body"]!["value"]!.AsArray().Select(row => Guid.Parse(row!.Text("Id")))]
            );
            using var asked = new HttpRequestMessage(HttpMethod.Post, "/odata/TeamRequests/$query")
            {
                Content = new StringContent("$select=Id", Encoding.UTF8, "text/plain"),
                Headers = { Authorization = new("Bearer", key) },
            };
            using var long_ = await service.Anonymous.SendAsync(asked);
            Assert.Equal(HttpStatusCode.OK, long_.StatusCode);
        }
    }

    [Fact]
    public async Task no_way_leads_there_from_what_everybody_reads()
    {
        string key = service.WestKey;
        foreach (
            string path in new[]
            {
                $"Areas({Places.NorthEast})/TeamRequests",
                $"Areas({Places.NorthEast})/Matches",
                $"Requests({service.East[0]})/Matches",
                $"Requests({service.East[0]})/TeamMatches",
                "Areas?$expand=TeamRequests",
                "Areas?$expand=TeamCounts",
                "Requests?$expand=Matches",
                "Requests?$filter=Matches/any()",
                "Areas?$filter=TeamRequests/any()",
                "Areas?$filter=$root/TeamRequests/any()",
            }
        )
        {
            using var answer = await service.Get(key, path);
            Assert.True((int)answer.StatusCode is 400 or 404 or 501, $"{path}: {answer.StatusCode}");
        }
        // From a team's row on to the public's and no further than they go.
        var there = await service.Read(key, $"TeamRequests({service.Hidden})/Area/Requests");
        Assert.DoesNotContain(there["value"]!.AsArray(), row => row!.Text("Id") == $"{service.Hidden}");
        var shown = await service.Read(key, "Requests?$top=1000");
        Assert.DoesNotContain(shown["value"]!.AsArray(), row => row!.Text("Id") == $"{service.Hidden}");
        Assert.Contains(shown["value"]!.AsArray(), row => row!.Text("Id") == $"{service.East[0]}");
    }

    [Fact]
    public async Task counts_are_the_rows()
    {
        var rows = await service.Read(
            service.WestKey,
            "TeamRequests?$apply=groupby((ResponsibleAreaId,Category,Status,Hidden),aggregate($count as N,Quantity with sum as U,Unmet with sum as L))"
        );
        var counts = await service.Read(service.WestKey, "TeamCounts?$expand=Area($select=Name)");
        Assert.Equal(
            rows["value"]!
                .AsArray()
                .Select(one => one!)
                .Select(row =>
                    (
                        row.Text("ResponsibleAreaId"),
                        row.Text("Category"),
                        (bool)row["Hidden"]! ? "hidden" : row.Text("Status"),
                        row.Number("N"),
                        row.Number("U"),
                        row.Number("L")
                    )
                )
                .Order(),
            counts["value"]!
                .AsArray()
                .Select(one => one!)
                .Select(row =>
                    (
                        row.Text("AreaId"),
                        row.Text("Category"),
                        row.Text("Status"),
                        row.Number("Requests"),
                        row.Number("Units"),
                        row.Number("Unmet")
                    )
                )
                .Order()
        );
        foreach (var row in counts["value"]!.AsArray().Select(one => one!))
        {
            bool ended = row.Text("Status") is "fulfilled" or "withdrawn";
            Assert.Equal(ended, row["Day"] is not null);
            var one = await service.Read(service.WestKey, $"TeamCounts('{row.Text("Id")}')");
            Assert.Equal(row.Number("Requests"), one.Number("Requests"));
            await service.Get(service.EastKey, $"TeamCounts('{row.Text("Id")}')").Is(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task a_need_that_is_handed_over_goes_with_its_rows()
    {
        var owner = await service.NewPerson();
        var need = await service.GivenRequest(owner, lon: 105.82, lat: 21.01, category: "medicine");
        string from = await Key(Places.SouthWest),
            to = await Key(Places.SouthEast);
        Assert.Equal([need], await service.Ids(from, "TeamRequests"));
        Assert.Empty(await service.Ids(to, "TeamRequests?$filter=Category eq 'medicine'"));
        await service.Look<int>(
            "update request set responsible_area_id = @area where id = @need",
            new { need, area = Places.SouthEast }
        );
        Assert.Empty(await service.Ids(from, "TeamRequests"));
        Assert.Equal("0", await service.Text(from, "TeamCounts/$count"));
        Assert.Equal([need], await service.Ids(to, "TeamRequests?$filter=Category eq 'medicine'"));
        // The district above both wards of the west reads what they read.
        string district = await Key(Places.WestDistrict);
        Assert.Equal(service.West.ToHashSet(), await service.Ids(district, "TeamRequests"));
    }

    [Fact]
    public async Task a_key_that_ended_opens_nothing_and_none_goes_in_the_clear()
    {
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", Places.NorthWest));
        var key = await lead.Key(Places.NorthWest);
        string token = key.Text("token");
        await service.Ask(token, "/odata/TeamRequests").Is(HttpStatusCode.OK);
        foreach (string path in new[] { "TeamRequests", "Requests", "$metadata" })
            await service.Ask(token, $"/odata/{path}", "http").IsProblem(403, "tlsOnly");
        await service.Ask(token, "/odata/$batch", "http", HttpMethod.Post).IsProblem(403, "tlsOnly");
        await service
            .Ask(token, "/odata/TeamRequests", method: HttpMethod.Post)
            .IsProblem(401, "tokenUnknown");
        await lead.Http.DeleteAsync($"/api/me/keys/{key.Id()}").Is(HttpStatusCode.NoContent);
        await service.Ask(token, "/odata/TeamRequests").IsProblem(401, "tokenUnknown");
        await service.Ask(token, "/odata/Requests").IsProblem(401, "tokenUnknown");
        var expired = await lead.Key(Places.NorthWest);
        await service.Look<int>(
            "update access_key set created_at = @now - interval '2 days', expires_at = @now where id = @id",
            new { id = expired.Id(), now = service.Clock.GetUtcNow() }
        );
        await service.Ask(expired.Text("token"), "/odata/TeamRequests").IsProblem(401, "tokenUnknown");
        string posting = await lead.KeyToken();
        await service.Ask(posting, "/odata/TeamRequests").IsProblem(401, "tokenUnknown");
    }

    private async Task<string> Key(Guid area)
    {
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", area));
        return await lead.KeyToken(area);
    }

    private async Task<JsonArray> Batch(string? key, params string[] urls)
    {
        var body = new JsonObject
        {
            ["requests"] = new JsonArray([
                .. urls.Select(
                    (url, at) =>
                        (JsonNode)
                            new JsonObject
                            {
                                ["id"] = $"{at}",
                                ["method"] = "get",
                                ["url"] = url,
                            }
                ),
            ]),
        };
        using var message = new HttpRequestMessage(HttpMethod.Post, "/odata/$batch")
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        if (key is not null)
            message.Headers.Authorization = new("Bearer", key);
        return (await service.Anonymous.SendAsync(message).Is(HttpStatusCode.OK))["responses"]!.AsArray();
    }
}
