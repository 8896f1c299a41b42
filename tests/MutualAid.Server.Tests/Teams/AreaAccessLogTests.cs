using System.Net;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests.Matches;

namespace MutualAid.Server.Tests.Teams;

/// <summary>Who looked at whom, found by those who answer for it and by whose data it is.</summary>
public sealed class AreaAccessLogTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_lead_finds_looks_by_reader_need_and_day_in_their_area_alone()
    {
        // What the other tests looked at is older than what is found without a day.
        await service.Clock.Advance(TimeSpan.FromDays(8));
        var scene = await Scene.InState(service, "accepted");
        await scene.Giver.Get($"/api/matches/{scene.Id}/contact").Is(HttpStatusCode.OK);
        await service.Clock.Advance(TimeSpan.FromDays(2));
        var other = await service.GivenRequest(await service.NewPerson());
        await scene.Team.Get($"/api/requests/{other}").Is(HttpStatusCode.OK);
        await scene.Team.Get($"/api/requests/{scene.Request}").Is(HttpStatusCode.OK);

        Assert.Equal(
            [("teamLead", scene.Request), ("teamLead", other), ("giver", scene.Request)],
            Looks(await Search(scene.Team, ""))
        );
        Assert.Equal(
            [("giver", scene.Request)],
            Looks(await Search(scene.Team, $"reader=0{scene.Giver.Phone[3..]}"))
        );
        Assert.Equal([("giver", scene.Request)], Looks(await Search(scene.Team, $"reader={scene.Giver.Id}")));
        Assert.Equal([("teamLead", other)], Looks(await Search(scene.Team, $"need={other}")));
        string day = service.Clock.GetUtcNow().AddHours(7).AddDays(-1).ToString("yyyy-MM-dd", null);
        Assert.Equal(2, Looks(await Search(scene.Team, $"from={day}")).Count);
        Assert.Single(Looks(await Search(scene.Team, $"to={day}")));
        // A number that nobody has is as one that never looked.
        Assert.Empty(Looks(await Search(scene.Team, "reader=0988888888")));

        var first = await Search(scene.Team, "limit=2");
        Assert.Equal(
            [("giver", scene.Request)],
            Looks(await scene.Team.Get(first.Text("next")).Is(HttpStatusCode.OK))
        );

        // Of the owner, and of numbers, nothing stands there.
        string whole = (await Search(scene.Team, "")).ToJsonString();
        Assert.DoesNotContain(scene.Receiver.Id.ToString(), whole, StringComparison.Ordinal);
        Assert.DoesNotContain(scene.Giver.Phone[3..], whole, StringComparison.Ordinal);

        await scene.Stranger.Get($"/api/team/{Places.EastDistrict}/access-log").IsProblem(404, "notFound");
        Assert.Empty(
            Looks(
                await scene
                    .Stranger.Get($"/api/team/{Places.WestDistrict}/access-log?need={other}")
                    .Is(HttpStatusCode.OK)
            )
        );
        foreach (string role in new[] { "teamMember", "operator", "moderator" })
            await (await service.NewPerson(null, (role, Places.EastDistrict)))
                .Get($"/api/team/{Places.EastDistrict}/access-log")
                .IsProblem(404, "notFound");
        foreach (
            string wrong in new[]
            {
                "reader=x",
                "need=1",
                "from=2026-13-01",
                "from=2026-11-02&to=2026-11-01",
                "from=2020-01-01&to=2026-01-01",
            }
        )
            await scene
                .Team.Get($"/api/team/{Places.EastDistrict}/access-log?{wrong}")
                .IsProblem(400, "invalid");
    }

    [Fact]
    public async Task a_look_into_the_log_is_logged_itself()
    {
        var lead = await service.NewPerson("Cô Trưởng", ("teamLead", Places.SouthEast));
        var administrator = await service.NewPerson("Quản trị", ("administrator", Places.Province));
        await lead.Get($"/api/team/{Places.SouthEast}/access-log?need={Guid.NewGuid()}")
            .Is(HttpStatusCode.OK);
        var asked = (
            await administrator.Get($"/api/team/{Places.SouthEast}/access-log").Is(HttpStatusCode.OK)
        )["asked"]!.AsArray();
        var look = Assert.Single(asked)!;
        Assert.Equal(
            ("Cô Trưởng", "teamLead", true),
            (look.Text("name"), look.Text("role"), (bool)look["oneNeed"]!)
        );
        using var visitor = await Visitor.Of(service, administrator, secondFactor: true);
        var page = await visitor.Get($"/team/{Places.SouthEast}/access-log");
        Assert.Contains("Cô Trưởng", page.Is(HttpStatusCode.OK).Text, StringComparison.Ordinal);
        Assert.Equal(
            3,
            await service.Look<int>(
                "select count(*)::int from access_log_look where area_id = @SouthEast",
                new { Places.SouthEast }
            )
        );
    }

    [Fact]
    public async Task who_opens_too_many_is_stopped_and_stands_there_as_an_alarm_where_they_looked()
    {
        await service.Look<int>("update setting set value = 2 where key = 'team_private_an_hour'");
        var member = await service.NewPerson("Tổ viên Hăng", ("teamMember", Places.SouthWest));
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", Places.SouthWest));
        var elsewhere = await service.NewPerson("Tổ trưởng", ("teamLead", Places.NorthWest));
        for (int i = 0; i < 2; i++)
            await member.Get($"/api/requests/{await Need()}").Is(HttpStatusCode.OK);
        await member.Get($"/api/requests/{await Need()}").IsProblem(429, "privateViews");
        var alarm = Assert.Single(
            (await lead.Get($"/api/team/{Places.SouthWest}/access-log").Is(HttpStatusCode.OK))[
                "alarms"
            ]!.AsArray()
        )!;
        Assert.Equal((member.Id.ToString(), 2), (alarm.Text("readerId"), alarm.Number("people")));
        Assert.Empty(
            (await elsewhere.Get($"/api/team/{Places.NorthWest}/access-log").Is(HttpStatusCode.OK))[
                "alarms"
            ]!.AsArray()
        );
        using var visitor = await Visitor.Of(service, lead, secondFactor: true);
        Assert.Contains(
            "opened 2 households or people",
            (await visitor.Get($"/team/{Places.SouthWest}/access-log")).Text,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "mutualaid_harvesting_raised_total ",
            await service.Anonymous.GetStringAsync("/metrics"),
            StringComparison.Ordinal
        );
        await service.Look<int>("update setting set value = 120 where key = 'team_private_an_hour'");

        async Task<Guid> Need() =>
            await service.GivenRequest(await service.NewPerson(), lon: 105.84, lat: 21.015);
    }

    [Fact]
    public async Task whose_data_it_is_searches_by_day_role_area_and_the_name_that_is_shown()
    {
        var scene = await Scene.InState(service, "accepted");
        await service.Look<int>(
            "update account_private set name = 'Đặng Hoà' where account_id = @Id",
            new { scene.Giver.Id }
        );
        await scene.Giver.Get($"/api/matches/{scene.Id}/contact").Is(HttpStatusCode.OK);
        await service.Clock.Advance(TimeSpan.FromDays(1));
        await scene.Team.Get($"/api/requests/{scene.Request}").Is(HttpStatusCode.OK);
        async Task<List<(string Role, Guid)>> Mine(string search) =>
            Looks(await scene.Receiver.Get($"/api/me/access-log?{search}").Is(HttpStatusCode.OK));

        Assert.Equal(2, (await Mine("")).Count);
        Assert.Equal([("giver", scene.Request)], await Mine("name=dang hoa"));
        Assert.Equal([("giver", scene.Request)], await Mine("role=giver"));
        Assert.Equal([("teamLead", scene.Request)], await Mine($"area={Places.EastDistrict}"));
        Assert.Empty(await Mine($"area={Places.WestDistrict}"));
        // The team's names are not shown, so not found either.
        Assert.Empty(await Mine("name=to truong"));
        string today = service.Clock.GetUtcNow().AddHours(7).ToString("yyyy-MM-dd", null);
        Assert.Equal([("teamLead", scene.Request)], await Mine($"from={today}&to={today}"));
        await scene.Receiver.Get("/api/me/access-log?role=king&from=x").IsProblem(400, "invalid");

        using var visitor = await Visitor.Of(service, scene.Receiver);
        var page = await visitor.Get($"/me/seen?from={today}");
        Assert.Single(page.Is(HttpStatusCode.OK).Html.QuerySelectorAll("main li.card"));
        Assert.Equal(today, page.Value("from"));
        page = await visitor.Get("/me/seen?name=Hoà&role=&area=");
        Assert.Single(page.Is(HttpStatusCode.OK).Html.QuerySelectorAll("main li.card"));
        (await visitor.Get("/me/seen?from=gestern")).Is(HttpStatusCode.BadRequest);
    }

    private static Task<JsonNode> Search(Person person, string query) =>
        person.Get($"/api/team/{Places.NorthEast}/access-log?{query}").Is(HttpStatusCode.OK);

    private static List<(string Role, Guid Request)> Looks(JsonNode answer) =>
        [
            .. answer["items"]!
                .AsArray()
                .Select(row => (row!.Text("role"), Guid.Parse(row!.Text("requestId")))),
        ];
}
