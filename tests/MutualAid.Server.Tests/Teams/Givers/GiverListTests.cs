using System.Net;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests.Matching;

namespace MutualAid.Server.Tests.Teams.Givers;

/// <summary>Who gives in an area, what they carry, how they have done, and why they are idle.</summary>
public sealed class GiverListTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task each_idle_giver_is_idle_for_a_reason()
    {
        var team = await Lead();
        var giver = await service.NewPerson("Anh Ba");
        var offer = await service.GivenOffer(giver, capacity: 4, reach: 1000);
        await Why(team, giver, "nothingNear");
        // Too far, of another kind, or one's own: still nothing.
        var owner = await service.NewPerson();
        await service.GivenRequest(owner, lon: 105.88, lat: 21.05);
        await service.GivenRequest(owner, category: "medicine");
        await Why(team, giver, "nothingNear");
        var near = await service.GivenRequest(owner);
        await Why(team, giver, "inTurn");

        await service.Execute("update setting set value = 0 where key = 'households_before_first_confirmed'");
        await Why(team, giver, "openings");
        await service.Execute("update setting set value = 3 where key = 'households_before_first_confirmed'");
        await service.Execute("update offer set daily_from = '20:00', daily_to = '22:00'");
        await Why(team, giver, "outsideHours");
        await service.Execute("update offer set daily_from = null, daily_to = null");
        await service.Execute("update account set on_duty = false where id = @Id", new { giver.Id });
        await Why(team, giver, "offDuty");
        await service.Execute("update account set on_duty = true where id = @Id", new { giver.Id });

        var asked = await service.GivenProposal(offer, near, 4);
        await Why(team, giver, "asked");
        await giver.Post($"/api/matches/{asked}/decline").Is(HttpStatusCode.OK);
        await Why(team, giver, "restingRefusal");
        await service.Clock.Advance(TimeSpan.FromMinutes(31));
        await Why(team, giver, "askedBefore");
        await service.Execute("update setting set value = 0 where key = 'asks_a_week'");
        await Why(team, giver, "restingWeek");
        await service.Execute("update setting set value = 40 where key = 'asks_a_week'");

        // Somebody else takes all of it.
        var other = await service.NewPerson();
        await other.Post($"/api/requests/{near}/claims", new { units = 4 }).Is(HttpStatusCode.Created);
        await Why(team, giver, "allServed");
        var more = await service.GivenRequest(owner);
        var claimed = await giver
            .Post($"/api/requests/{more}/claims", new { units = 4, offerId = offer })
            .Is(HttpStatusCode.Created);
        await Why(team, giver, "hasMatch", idle: false);
        await giver.Post($"/api/matches/{claimed.Id()}/delivered", new { units = 4 }).Is(HttpStatusCode.OK);
        await Why(team, giver, "full");
    }

    [Fact]
    public async Task what_they_carry_when_they_are_silent_and_how_they_have_done()
    {
        var team = await Lead();
        var owner = await service.NewPerson();
        var giver = await service.NewPerson("Chị Tư");
        var offer = await service.GivenOffer(giver);
        await service.GivenTrusted(giver);
        var urgent = await Claimed(giver, await service.GivenRequest(owner), offer);
        await service.Clock.Advance(TimeSpan.FromMinutes(89));
        var row = await One(team, giver);
        Assert.False((bool)row["silent"]!);
        Assert.Equal(
            (1, "food", "Chị Tư"),
            (
                row["carrying"]!.Number("matches"),
                (string)Assert.Single(row["carrying"]!["categories"]!.AsArray())!,
                row.Text("name")
            )
        );
        // Half of three hours without a step.
        await service.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True((bool)(await One(team, giver))["silent"]!);
        Assert.Equal(giver.Id, Assert.Single(await Ids(team, "?silent=true")));
        await giver.Post($"/api/matches/{urgent}/on-the-way").Is(HttpStatusCode.OK);
        Assert.False((bool)(await One(team, giver))["silent"]!);
        Assert.Empty(await Ids(team, "?silent=true"));

        await giver.Post($"/api/matches/{urgent}/delivered", new { units = 1 }).Is(HttpStatusCode.OK);
        await owner
            .Post($"/api/matches/{urgent}/dispute", new { reason = "notReceived" })
            .Is(HttpStatusCode.OK);
        var failed = await Claimed(giver, await service.GivenRequest(owner), offer);
        await giver.Post($"/api/matches/{failed}/fail", new { reason = "nobodyHome" }).Is(HttpStatusCode.OK);
        await Claimed(giver, await service.GivenRequest(owner), offer);
        await service.Clock.Advance(TimeSpan.FromHours(4));
        Assert.Equal(1, await service.Lapse());
        var trust = (await One(team, giver))["trust"]!;
        Assert.Equal(
            (1, 1, 1, 1),
            (
                trust.Number("confirmed"),
                trust.Number("failed"),
                trust.Number("disputed"),
                trust.Number("lapsed")
            )
        );
        await service.Clock.Advance(TimeSpan.FromDays(91));
        Assert.Equal(0, (await One(await Lead(), giver))["trust"]!.Number("failed"));
    }

    [Fact]
    public async Task the_list_is_of_the_area_is_filtered_and_goes_page_by_page()
    {
        var team = await Lead();
        var owner = await service.NewPerson();
        var one = await service.NewPerson("Một");
        await service.GivenOffer(one);
        var off = await service.NewPerson("Hai");
        await service.GivenOffer(off, category: "medicine");
        await service.Execute("update account set on_duty = false where id = @Id", new { off.Id });
        // From elsewhere, here only while they carry something for a need of here.
        var guest = await service.NewPerson("Ba");
        var theirs = await service.GivenOffer(guest, lon: 105.81, lat: 21.01, reach: 10_000);
        Assert.Equal(Sorted(one.Id, off.Id), await Ids(team, ""));
        var match = await Claimed(guest, await service.GivenRequest(owner), theirs);
        Assert.Equal(Sorted(one.Id, off.Id, guest.Id), await Ids(team, ""));
        Assert.Equal(Sorted(one.Id, off.Id), await Ids(team, "?idle=true"));
        Assert.Equal(Sorted(one.Id, guest.Id), await Ids(team, "?onDuty=true"));
        Assert.Equal(Sorted(one.Id, guest.Id), await Ids(team, "?category=food"));
        Assert.Equal(Sorted(off.Id), await Ids(team, "?category=medicine&silent=false"));

        var seen = new List<Guid>();
        string? next = $"{List}?limit=2";
        while (next is not null)
        {
            var page = await team.Get(next).Is(HttpStatusCode.OK);
            Assert.InRange(page["items"]!.AsArray().Count, 1, 2);
            seen.AddRange(page["items"]!.AsArray().Select(item => item!.Id()));
            next = (string?)page["next"];
        }
        Assert.Equal(Sorted(one.Id, off.Id, guest.Id), seen);
        await guest
            .Post($"/api/matches/{match}/withdraw", new { reason = "plansChanged" })
            .Is(HttpStatusCode.OK);
        Assert.Equal(Sorted(one.Id, off.Id), await Ids(team, ""));

        foreach (
            string wrong in new[]
            {
                "idle=yes",
                "category=gold",
                "limit=0",
                "cursor=x",
                "who=me",
                "idle=true&idle=true",
            }
        )
            await team.Get($"{List}?{wrong}").IsProblem(400, "invalid");
    }

    [Fact]
    public async Task another_areas_team_and_whoever_has_no_role_find_nothing_there()
    {
        var giver = await service.NewPerson();
        await service.GivenOffer(giver);
        var near = await Lead();
        var west = await service.NewPerson("Tổ khác", ("administrator", Places.WestDistrict));
        var elsewhere = await service.NewPerson("Tỉnh khác", ("moderator", Places.OtherProvince));
        var resident = await service.NewPerson();
        var mine = $"{List}/{giver.Id}";
        foreach (var person in new[] { west, elsewhere, resident })
        {
            await person.Get(List).IsProblem(404, "notFound");
            await person.Get($"{List}?idle=nonsense").IsProblem(404, "notFound");
            await person.Get(mine).IsProblem(404, "notFound");
            await person.Post($"{mine}/contact", new { reason = "gọi" }).IsProblem(404, "notFound");
            await person.Post($"{mine}/vouch", new { note = "tốt" }).IsProblem(404, "notFound");
            await person.Http.DeleteAsync($"{mine}/vouch").IsProblem(404, "notFound");
            await person
                .Post($"/api/team/givers/{giver.Id}/next-gap", new { areaId = Places.NorthEast })
                .IsProblem(404, "notFound");
            await person
                .Post($"/api/team/givers/{giver.Id}/suspend", new { reason = "x" })
                .IsProblem(404, "notFound");
            await person
                .Post($"/api/team/givers/{giver.Id}/lift", new { reason = "x" })
                .IsProblem(404, "notFound");
            await person.Get($"/api/team/{Places.NorthEast}/appeals").IsProblem(404, "notFound");
            using var visitor = await Visitor.Of(service, person, secondFactor: true);
            (await visitor.Get(List[4..])).Is(HttpStatusCode.NotFound);
            (await visitor.Get(mine[4..])).Is(HttpStatusCode.NotFound);
            (await visitor.Get($"/team/{Places.NorthEast}/appeals")).Is(HttpStatusCode.NotFound);
        }
        // In their own area, by their own team, one who does not give there is not there either.
        await west.Get($"/api/team/{Places.NorthWest}/givers/{giver.Id}").IsProblem(404, "notFound");
        await west.Post($"/api/team/{Places.NorthWest}/givers/{giver.Id}/contact", new { reason = "gọi" })
            .IsProblem(404, "notFound");
        await service.Anonymous.GetAsync(List).IsProblem(401, "signIn");
        // A team without its second factor has no role.
        using var half = await Visitor.Of(service, near);
        (await half.Get(List[4..])).Is(HttpStatusCode.NotFound);
        Assert.Equal(0, await service.Look<int>("select count(*)::int from moderation_log"));
        Assert.Equal(0, await service.Look<int>("select count(*)::int from access_log"));
    }

    [Fact]
    public async Task a_number_is_shown_for_a_reason_that_its_owner_reads_and_counts_as_a_look()
    {
        var team = await Lead();
        var giver = await service.NewPerson("Anh Ba");
        await service.GivenOffer(giver);
        string path = $"{List}/{giver.Id}/contact";
        await team.Post(path, new { reason = " " }).IsProblem(400, "invalid");
        await team.Post(path, new { }).IsProblem(400, "invalid");
        Assert.Equal(0, await service.Look<int>("select count(*)::int from access_log"));
        var shown = await team.Post(path, new { reason = "hỏi vì sao chưa đi" }).Is(HttpStatusCode.OK);
        Assert.Equal((giver.Phone, "Anh Ba"), (shown.Text("phone"), shown.Text("name")));
        var seen = Assert.Single(
            (await giver.Get("/api/me/access-log").Is(HttpStatusCode.OK))["items"]!.AsArray()
        )!;
        Assert.Equal(
            ("giver", "teamLead", "hỏi vì sao chưa đi"),
            (seen.Text("what"), seen.Text("role"), seen.Text("reason"))
        );
        Assert.Null(seen["requestId"]);
        using var visitor = await Visitor.Of(service, giver);
        Assert.Contains("hỏi vì sao chưa đi", (await visitor.Get("/me/seen")).Text, StringComparison.Ordinal);
        string export = await giver.Http.GetStringAsync("/api/me/export");
        Assert.Contains(
            "hỏi vì sao chưa đi",
            JsonNode.Parse(export)!.ToJsonString(Plain),
            StringComparison.Ordinal
        );

        // The list and the page tell no number; the page asks for the reason first.
        using var desk = await Visitor.Of(service, team, secondFactor: true);
        var page = (await desk.Get($"{List[4..]}/{giver.Id}")).Is(HttpStatusCode.OK);
        Assert.DoesNotContain(Server.Web.Say.Phone(giver.Phone), page.Text, StringComparison.Ordinal);
        page = await desk.Send(page, $"{List[4..]}/{giver.Id}/contact", ("reason", "gọi lại"));
        Assert.Contains(
            Server.Web.Say.Phone(giver.Phone),
            page.Is(HttpStatusCode.OK).Text,
            StringComparison.Ordinal
        );

        // The stop at so many people holds here too.
        await service.Execute("update setting set value = 1 where key = 'team_private_an_hour'");
        await team.Post(path, new { reason = "lần nữa" }).Is(HttpStatusCode.OK);
        var other = await service.NewPerson();
        await service.GivenOffer(other);
        await team.Post($"{List}/{other.Id}/contact", new { reason = "gọi" }).IsProblem(429, "privateViews");
        Assert.Equal(
            Places.Province,
            await service.Look<Guid>("select area_id from report where reason = 'harvesting'")
        );
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(*)::int from moderation_log where account_id = @Id",
                new { other.Id }
            )
        );
    }

    private static readonly System.Text.Json.JsonSerializerOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static Guid[] Sorted(params Guid[] ids) => [.. ids.Order()];

    private static string List => $"/api/team/{Places.NorthEast}/givers";

    private Task<Person> Lead() => service.NewPerson("Tổ trưởng", ("teamLead", Places.EastDistrict));

    private static Task<JsonNode> One(Person team, Person giver) =>
        team.Get($"{List}/{giver.Id}").Is(HttpStatusCode.OK);

    private static async Task<Guid[]> Ids(Person team, string query) =>
        [
            .. (await team.Get(List + query).Is(HttpStatusCode.OK))["items"]!
                .AsArray()
                .Select(item => item!.Id()),
        ];

    private static async Task<Guid> Claimed(Person giver, Guid request, Guid offer) =>
        (
            await giver
                .Post($"/api/requests/{request}/claims", new { units = 1, offerId = offer })
                .Is(HttpStatusCode.Created)
        ).Id();

    private static async Task Why(Person team, Person giver, string code, bool idle = true)
    {
        var row = await One(team, giver);
        Assert.Equal((code, idle), (row["why"]!.Text("code"), (bool)row["idle"]!));
    }
}
