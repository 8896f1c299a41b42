using System.Net;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests.Matching;

namespace MutualAid.Server.Tests.Teams;

/// <summary>What waits for a team: each queue by itself, page by page, narrowed, and for nobody else.</summary>
public sealed class QueuesTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    // Seen to fail without "not exists" in what is at risk, and without the half in what has gone quiet.
    [Fact]
    public async Task each_queue_holds_what_it_should_and_nothing_else()
    {
        var team = await Team();
        var owner = await service.NewPerson();
        var needs = new Dictionary<string, Guid>();
        async Task<Guid> Need(string name, string urgency = "soon", double hours = 72, double lon = 105.853)
        {
            // No two at one moment: their order is told.
            await service.Clock.Advance(TimeSpan.FromMinutes(1));
            needs[name] = await service.GivenRequest(
                owner,
                urgency: urgency,
                lon: lon,
                expiresIn: TimeSpan.FromHours(hours)
            );
            if (name != "unverified" && name != "hidden")
                await service.Execute(
                    "update request set verified_at = created_at where id = @id",
                    new { id = needs[name] }
                );
            return needs[name];
        }
        await Fail(await Claimed(await Need("failed long ago", hours: 500)));
        await service.Clock.Advance(TimeSpan.FromDays(8));
        await Need("urgent and old", "urgent");
        var offer = await service.GivenOffer(await service.NewPerson());
        await service.GivenProposal(offer, await Need("urgent and asked", "urgent"), 4);
        await Claimed(await Need("quiet", "urgent"));
        await Claimed(await Need("going on", "routine"));
        await Need("expired", hours: 1);
        await service.Clock.Advance(TimeSpan.FromHours(1));
        await Claimed(await Need("half gone", "urgent"));
        await service.Clock.Advance(TimeSpan.FromHours(2));
        await Need("plain");
        await Need("unverified");
        await Need("expires soon", hours: 10);
        await Need("needed soon");
        await service.Execute(
            "update request set needed_by = created_at + interval '5 hours' where id = @id",
            new { id = needs["needed soon"] }
        );
        await Fail(await Claimed(await Need("failed")));
        await service.Execute(
            "select request_hide(@now, @id, true)",
            new { now = service.Clock.GetUtcNow(), id = await Need("hidden") }
        );
        await service.Look<int>(
            "select 1 from request_end(@now, array[@id], 'closed', 'false')",
            new { now = service.Clock.GetUtcNow(), id = await Need("ended") }
        );
        await Need("elsewhere", "urgent", 2, lon: 105.84);
        await Report("request", needs["unverified"]);
        await Report("offer", offer);
        await Report("request", needs["elsewhere"]);
        await Report("account", owner.Id);

        string[] waiting =
        [
            "urgent and old",
            "urgent and asked",
            "failed long ago",
            "plain",
            "unverified",
            "expires soon",
            "needed soon",
            "failed",
        ];
        var expected = new Dictionary<string, string[]>
        {
            ["waiting"] = waiting,
            ["verify"] = ["unverified"],
            ["risk"] = ["urgent and old", "expires soon", "needed soon"],
            ["silent"] = ["quiet", "half gone"],
            ["failed"] = ["failed"],
            ["all"] = [.. needs.Keys.Where(name => name != "elsewhere")],
        };
        var names = needs.ToDictionary(need => need.Value, need => need.Key);
        var counts = (await team.Get($"/api/team/{Places.NorthEast}/queues").Is(HttpStatusCode.OK))[
            "items"
        ]!.AsArray();
        foreach (var (queue, held) in expected)
        {
            var items = (await Items(team, queue)).Select(item => names[item!.Id()]).ToList();
            Assert.Equal(held.Order(), items.Order());
            if (queue == "waiting")
                Assert.Equal(waiting, items);
            var count = counts.Single(count => count!.Text("queue") == queue)!;
            Assert.Equal((held.Length, false), (count.Number("count"), (bool)count["more"]!));
        }
        var reports = await Items(team, "reports");
        Assert.Equal(["account", "offer", "request"], reports.Select(item => item!.Text("kind")).Order());
        Assert.Equal(
            needs["unverified"],
            reports.Single(item => item!.Text("kind") == "request")!["request"]!.Id()
        );
        Assert.Equal(3, counts.Single(count => count!.Text("queue") == "reports")!.Number("count"));
        var quiet = (await Items(team, "silent"))[0]!;
        Assert.Equal((0, 1), (quiet.Number("unmet"), quiet["matches"]!.Number("accepted")));
        // A list is nobody's look, and nothing private is on it.
        Assert.Equal(0, await service.Look<int>("select count(*)::int from access_log"));
        string told = await team.Http.GetStringAsync($"/api/team/{Places.NorthEast}/queues/all?limit=100");
        foreach (
            string secret in new[]
            {
                "12 ngõ 3",
                owner.Phone[3..],
                "gọi cửa sau",
                "sữa cho bé",
                $"{owner.Id}",
            }
        )
            Assert.DoesNotContain(secret, told, StringComparison.Ordinal);
        await service.InvariantsHold();
    }

    // Seen to fail without the id in the key: five were posted at one moment.
    [Fact]
    public async Task pages_hold_every_need_once_in_one_order_also_while_others_are_posted()
    {
        var team = await Team(Places.EastDistrict);
        var owner = await service.NewPerson();
        var ids = new List<Guid>();
        string[] urgencies = ["soon", "urgent", "routine"];
        for (int i = 0; i < 25; i++)
        {
            ids.Add(
                await service.GivenRequest(owner, urgency: urgencies[i % 3], lat: i % 2 == 0 ? 21.032 : 21.01)
            );
            if (i % 5 == 4)
                await service.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        foreach (string queue in new[] { "waiting", "verify", "all" })
        {
            var read = new List<JsonNode>();
            string? next = $"/api/team/{Places.EastDistrict}/queues/{queue}?limit=4";
            while (next is not null)
            {
                var page = await team.Get(next).Is(HttpStatusCode.OK);
                read.AddRange(page["items"]!.AsArray()!);
                next = (string?)page["next"];
                if (read.Count == 8)
                    await service.GivenRequest(owner, urgency: "urgent");
            }
            var kept = read.Where(item => ids.Contains(item.Id())).ToList();
            Assert.Equal(ids.Order(), kept.Select(item => item.Id()).Order());
            Assert.Equal(read.Count, read.DistinctBy(item => item.Id()).Count());
            string Key(JsonNode item) =>
                $"{Array.IndexOf(["urgent", "soon", "routine"], item.Text("urgency"))} {item.Text("createdAt")} {item.Id()}";
            string Day(JsonNode item) => $"{item.Text("createdAt")} {item.Id()}";
            Assert.Equal(
                queue == "all"
                    ? kept.OrderByDescending(Day, StringComparer.Ordinal)
                    : kept.OrderBy(Key, StringComparer.Ordinal),
                kept
            );
        }
        await team.Get($"/api/team/{Places.EastDistrict}/queues/all?cursor=x").IsProblem(400, "invalid");
    }

    [Fact]
    public async Task filters_narrow_every_queue()
    {
        var team = await Team(Places.EastDistrict);
        var owner = await service.NewPerson();
        var north = await service.GivenRequest(owner, urgency: "urgent");
        await service.Clock.Advance(TimeSpan.FromDays(1));
        var south = await service.GivenRequest(owner, category: "medicine", urgency: "soon", lat: 21.01);
        await service.Execute(
            "update request set public_note = 'Cần gạo 50% nếp', verified_at = created_at where id = @south",
            new { south }
        );
        var day = DateOnly.FromDateTime(
            TimeZoneInfo
                .ConvertTime(
                    service.Clock.GetUtcNow(),
                    TimeZoneInfo.FindSystemTimeZoneById("Asia/Ho_Chi_Minh")
                )
                .DateTime
        );
        foreach (string queue in new[] { "waiting", "all" })
        {
            foreach (
                string only in new[]
                {
                    "category=medicine",
                    "urgency=soon",
                    "verified=yes",
                    "q=gao",
                    "q=GẠO+50%25",
                    $"area={Places.SouthEast}",
                    $"from={day:yyyy-MM-dd}",
                    $"category=medicine&urgency=soon&status=open&hidden=no&to={day:yyyy-MM-dd}&q=",
                }
            )
                Assert.Equal([south], await Ids($"{queue}?{only}"));
            foreach (
                string only in new[]
                {
                    "category=food",
                    "urgency=urgent",
                    "verified=no",
                    $"area={Places.NorthEast}",
                    $"to={day.AddDays(-1):yyyy-MM-dd}",
                }
            )
                Assert.Equal([north], await Ids($"{queue}?{only}"));
            foreach (
                string none in new[] { "q=5_%25", "status=matched", "hidden=yes", "category=other", "q=ngo" }
            )
                Assert.Empty(await Ids($"{queue}?{none}"));
            foreach (
                string field in new[]
                {
                    "category",
                    "status",
                    "urgency",
                    "from",
                    "to",
                    "verified",
                    "hidden",
                    "area",
                }
            )
            {
                var problem = await team.Get($"/api/team/{Places.EastDistrict}/queues/{queue}?{field}=x")
                    .IsProblem(400, "invalid");
                Assert.NotNull(problem["errors"]![field]);
            }
            await team.Get($"/api/team/{Places.EastDistrict}/queues/{queue}?area={Places.NorthWest}")
                .IsProblem(400, "invalid");
            await team.Get($"/api/team/{Places.EastDistrict}/queues/{queue}?phone=1")
                .IsProblem(400, "invalid");
        }

        async Task<IEnumerable<Guid>> Ids(string path) =>
            (await team.Get($"/api/team/{Places.EastDistrict}/queues/{path}").Is(HttpStatusCode.OK))["items"]!
                .AsArray()
                .Select(item => item!.Id());
    }

    [Fact]
    public async Task another_area_answers_as_one_that_was_never_made()
    {
        var team = await service.NewPerson("Tổ viên", ("teamMember", Places.NorthEast));
        var resident = await service.NewPerson();
        var operatorOnly = await service.NewPerson("Tổng đài", ("operator", Places.NorthEast));
        string[] paths =
        [
            "/api/team/AREA/queues",
            "/api/team/AREA/queues/waiting",
            "/api/team/AREA/queues/all?category=x",
            "/api/team/AREA/filters",
        ];
        foreach (string path in paths)
        {
            string never = await Told(team, path, Guid.NewGuid());
            Assert.StartsWith("404", never, StringComparison.Ordinal);
            foreach (var area in new[] { Places.SouthEast, Places.EastDistrict, Places.OtherProvince })
                Assert.Equal(never, await Told(team, path, area));
            foreach (var person in new[] { resident, operatorOnly })
                Assert.Equal(never, await Told(person, path, Places.NorthEast));
        }
        await team.Get($"/api/team/{Places.NorthEast}/queues/nothing").IsProblem(404, "notFound");
        using var visitor = await Visitor.Of(service, team, secondFactor: true);
        (await visitor.Get($"/team/{Places.NorthEast}/queues/waiting")).Is(HttpStatusCode.OK);
        (await visitor.Get($"/team/{Places.SouthEast}/queues/waiting")).Is(HttpStatusCode.NotFound);
        (await visitor.Get($"/team/{Places.SouthEast}/round")).Is(HttpStatusCode.NotFound);
        // Without the second factor nobody has a role.
        using var first = await Visitor.Of(service, team);
        (await first.Get($"/team/{Places.NorthEast}/queues/waiting")).Is(HttpStatusCode.NotFound);
        Assert.Null((await first.Get("/")).Html.QuerySelector("nav a[href='/team']"));
        using var other = await Visitor.Of(service, resident);
        (await other.Get("/team")).Is(HttpStatusCode.NotFound);
        using var nobody = await Visitor.Of(service, null);
        (await nobody.Get("/team")).Leads("/sign-in?return=%2Fteam");
    }

    private static async Task<string> Told(Person person, string path, Guid area)
    {
        using var answer = await person.Get(path.Replace("AREA", $"{area}", StringComparison.Ordinal));
        return $"{(int)answer.StatusCode} {(await answer.Content.ReadAsStringAsync()).Replace($"{area}", "", StringComparison.Ordinal)}";
    }

    private Task<Person> Team(Guid? area = null) =>
        service.NewPerson("Tổ trưởng", ("teamLead", area ?? Places.NorthEast));

    private static async Task<JsonArray> Items(Person team, string queue) =>
        (await team.Get($"/api/team/{Places.NorthEast}/queues/{queue}?limit=100").Is(HttpStatusCode.OK))[
            "items"
        ]!.AsArray();

    private async Task<(Guid Match, Guid Giver)> Claimed(Guid need)
    {
        var giver = await service.NewPerson();
        var match = await giver
            .Post($"/api/requests/{need}/claims", new { units = 4 })
            .Is(HttpStatusCode.Created);
        return (match.Id(), giver.Id);
    }

    private async Task Fail((Guid Match, Guid Giver) match) =>
        Assert.Equal("done", await service.Step(match.Match, "fail", "giver", match.Giver));

    private async Task Report(string kind, Guid id) =>
        await service
            .Anonymous.PostAsync(
                "/api/reports",
                new StringContent(
                    $$"""{"subject":{"kind":"{{kind}}","id":"{{id}}"},"reason":"false","text":"bí mật"}""",
                    System.Text.Encoding.UTF8,
                    "application/json"
                )
            )
            .Is(HttpStatusCode.Created);
}
