using System.Net;

namespace MutualAid.Server.Tests.Teams;

public sealed class ActsTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_team_verifies_a_need_and_says_how()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner);
        var act = await desk.Done(need, "verify", new { how = "phoned", note = "gặp con gái bà" });
        Assert.False((bool)act["before"]!["verified"]!);
        Assert.True((bool)act["after"]!["verified"]!);
        var seen = await desk.Owner.Get($"/api/requests/{need}").Is(HttpStatusCode.OK);
        Assert.True((bool)seen["verified"]!);

        var last = await desk.Last(need);
        Assert.Equal("verify", last.Text("what"));
        Assert.Equal("phoned", last.Text("how"));
        Assert.Equal("gặp con gái bà", last.Text("text"));
        Assert.Equal("Cô Hoa", last["who"]!.Text("name"));
        Assert.Equal("teamLead", last["who"]!.Text("role"));
        Assert.Equal("Quận Đông", last["who"]!.Text("roleArea"));

        var again = await desk
            .Team.Post(Desk.At(need, "verify"), new { how = "visited" })
            .IsProblem(409, "needAlready");
        Assert.Equal("verified", again.Text("state"));
        await desk.Done(need, "unverify");
        Assert.False(
            (bool)(await desk.Owner.Get($"/api/requests/{need}").Is(HttpStatusCode.OK))["verified"]!
        );
        await desk.Team.Post(Desk.At(need, "verify"), new { how = "guessed" }).IsProblem(400, "invalid");
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task a_need_out_of_reach_is_not_there()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner);
        foreach (
            var (act, body) in new (string, object?)[]
            {
                ("verify", new { how = "phoned" }),
                ("unverify", null),
                ("close", new { reason = "false" }),
                ("reopen", null),
                ("hide", null),
                ("show", null),
                ("hand-over", new { areaId = Places.NorthWest }),
            }
        )
        foreach (var other in new[] { desk.Others, desk.Owner })
            await other.Post(Desk.At(need, act), body).IsProblem(404, "notFound");
        await desk.Others.Get($"/api/team/needs/{need}").IsProblem(404, "notFound");
        await desk.Others.Get(Desk.At(need, "history")).IsProblem(404, "notFound");
        await desk.Team.Get($"/api/team/needs/{Guid.NewGuid()}").IsProblem(404, "notFound");
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(*)::int from need_act where request_id = @need",
                new { need }
            )
        );
    }

    [Fact]
    public async Task a_team_closes_a_need_with_a_reason_and_its_giver_is_let_go()
    {
        var desk = await Desk.Of(service);
        var giver = await service.NewPerson();
        var original = await service.GivenRequest(desk.Owner);
        var need = await service.GivenRequest(desk.Owner);
        await giver.Post($"/api/requests/{need}/claims", new { units = 2 }).Is(HttpStatusCode.Created);
        var act = await desk.Done(need, "close", new { reason = "duplicate", duplicateOf = original });
        Assert.Equal("closed", act["after"]!.Text("status"));
        Assert.Equal($"{original}", act["after"]!.Text("duplicateOf"));
        Assert.Equal("open", act["before"]!.Text("status"));
        Assert.Equal(2, act["before"]!.Number("promised"));
        var seen = await desk.Owner.Get($"/api/requests/{need}").Is(HttpStatusCode.OK);
        Assert.Equal("closed", seen.Text("status"));
        Assert.Equal("duplicate", seen["history"]!.Text("endReason"));
        Assert.Equal(
            "withdrawn",
            await service.Look<string>("select status from match where request_id = @need", new { need })
        );
        Assert.Single(await desk.Messages("need.close"));

        var refused = await desk
            .Team.Post(Desk.At(need, "close"), new { reason = "false" })
            .IsProblem(409, "requestOver");
        Assert.Equal("closed", refused.Text("state"));
        await desk.Team.Post(Desk.At(need, "verify"), new { how = "known" }).IsProblem(409, "requestOver");
        await desk
            .Team.Post(Desk.At(original, "close"), new { reason = "because" })
            .IsProblem(400, "invalid");
        var elsewhere = await service.GivenRequest(desk.Owner, lon: 105.81, lat: 21.01);
        await desk
            .Team.Post(Desk.At(original, "close"), new { reason = "duplicate", duplicateOf = elsewhere })
            .IsProblem(400, "invalid");
        await desk
            .Team.Post(Desk.At(original, "close"), new { reason = "duplicate", duplicateOf = original })
            .IsProblem(400, "invalid");
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task a_reopened_need_has_its_units_back_and_lives_as_long_as_its_category()
    {
        var desk = await Desk.Of(service);
        var giver = await service.NewPerson();
        var need = await service.GivenRequest(desk.Owner, quantity: 4);
        await giver.Post($"/api/requests/{need}/claims", new { units = 1 }).Is(HttpStatusCode.Created);
        var match = await service.Look<Guid>("select id from match where request_id = @need", new { need });
        await giver.Post($"/api/matches/{match}/delivered", new { units = 1 }).Is(HttpStatusCode.OK);
        await giver.Post($"/api/requests/{need}/claims", new { units = 2 }).Is(HttpStatusCode.Created);
        await desk.Done(need, "close", new { reason = "cannotBeReached" });
        await service.Clock.Advance(TimeSpan.FromDays(4));
        var act = await desk.Done(need, "reopen");
        Assert.Equal("open", act["after"]!.Text("status"));
        var seen = await desk.Owner.Get($"/api/requests/{need}").Is(HttpStatusCode.OK);
        Assert.Equal((3, 0, 1), (seen.Number("unmet"), seen.Number("promised"), seen.Number("delivered")));
        Assert.Equal(service.Clock.GetUtcNow().AddDays(3), DateTimeOffset.Parse(seen.Text("expiresAt")));
        Assert.Null(seen["history"]!["endedAt"]);
        Assert.Single(await desk.Messages("need.reopen"));
        await service.Anonymous.GetAsync($"/api/requests/{need}").Is(HttpStatusCode.OK);
        var refused = await desk.Team.Post(Desk.At(need, "reopen")).IsProblem(409, "needLive");
        Assert.Equal("open", refused.Text("state"));
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task what_was_fulfilled_or_objected_to_or_forgotten_is_never_reopened()
    {
        var desk = await Desk.Of(service);
        var giver = await service.NewPerson();
        var need = await service.GivenRequest(desk.Owner, quantity: 1);
        await giver.Post($"/api/requests/{need}/claims", new { units = 1 }).Is(HttpStatusCode.Created);
        var match = await service.Look<Guid>("select id from match where request_id = @need", new { need });
        await giver.Post($"/api/matches/{match}/delivered", new { units = 1 }).Is(HttpStatusCode.OK);
        // Closed before it was confirmed: it is fulfilled in all but name.
        await desk.Done(need, "close", new { reason = "helpedElsewhere" });
        await desk.Owner.Post($"/api/matches/{match}/confirm").Is(HttpStatusCode.OK);
        await desk.Team.Post(Desk.At(need, "reopen")).IsProblem(409, "requestOver");

        var fulfilled = await service.GivenRequest(desk.Owner, quantity: 1);
        await giver.Post($"/api/requests/{fulfilled}/claims", new { units = 1 }).Is(HttpStatusCode.Created);
        match = await service.Look<Guid>(
            "select id from match where request_id = @fulfilled",
            new { fulfilled }
        );
        await giver.Post($"/api/matches/{match}/delivered", new { units = 1 }).Is(HttpStatusCode.OK);
        await desk.Owner.Post($"/api/matches/{match}/confirm").Is(HttpStatusCode.OK);
        var refused = await desk.Team.Post(Desk.At(fulfilled, "reopen")).IsProblem(409, "requestOver");
        Assert.Equal("fulfilled", refused.Text("state"));

        var notMe = await service.GivenRequest(desk.Owner);
        await service.Look<Guid?>(
            "select request_end(clock(), array[@notMe], 'withdrawn', 'notMe')",
            new { notMe }
        );
        await desk.Team.Post(Desk.At(notMe, "reopen")).IsProblem(409, "needNotMe");

        var forgotten = await service.GivenRequest(desk.Owner);
        await desk.Done(forgotten, "close", new { reason = "false" });
        await service.Look<int>(
            "delete from request_private where request_id = @forgotten",
            new { forgotten }
        );
        await desk.Team.Post(Desk.At(forgotten, "reopen")).IsProblem(409, "needForgotten");
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task a_hidden_need_is_gone_for_the_public_until_it_is_shown()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner);
        await desk.Done(need, "hide");
        await service.Anonymous.GetAsync($"/api/requests/{need}").IsProblem(404, "notFound");
        await desk.Team.Post(Desk.At(need, "hide")).IsProblem(409, "needAlready");
        await desk.Done(need, "show");
        await service.Anonymous.GetAsync($"/api/requests/{need}").Is(HttpStatusCode.OK);
        Assert.Equal(
            ["posted", "hide", "show"],
            (await desk.History(need)).Select(item => item!.Text("what"))
        );
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task a_need_that_is_handed_over_is_the_other_teams_at_once_and_its_place_stays()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner);
        string before = (await service.Anonymous.GetAsync($"/api/requests/{need}").Is(HttpStatusCode.OK))[
            "location"
        ]!.ToJsonString();
        await desk
            .Team.Post(Desk.At(need, "hand-over"), new { areaId = Places.OtherWard })
            .IsProblem(400, "invalid");
        await desk.Team.Post(Desk.At(need, "hand-over"), new { }).IsProblem(400, "invalid");
        var act = await desk.Done(
            need,
            "hand-over",
            new { areaId = Places.NorthWestGroupOne, note = "nhà bên kia đường" }
        );
        await desk.Team.Get($"/api/team/needs/{need}").IsProblem(404, "notFound");
        await desk.Team.Post(Desk.At(need, "verify"), new { how = "known" }).IsProblem(404, "notFound");
        var theirs = await desk.Others.Get($"/api/team/needs/{need}").Is(HttpStatusCode.OK);
        Assert.Equal("Tổ 1", theirs["responsible"]!.Text("name"));
        Assert.Equal("12 ngõ 3 phố Thử", theirs["request"]!["private"]!.Text("address"));
        var history = (await desk.Others.Get(Desk.At(need, "history")).Is(HttpStatusCode.OK))[
            "items"
        ]!.AsArray();
        Assert.Equal("Tổ 1", history[^1]!.Text("areaAfter"));
        Assert.Equal("Phường Sông", history[^1]!.Text("areaBefore"));
        Assert.Equal(
            "Phường Sông",
            (await service.Anonymous.GetAsync($"/api/requests/{need}").Is(HttpStatusCode.OK))["area"]!.Text(
                "name"
            )
        );
        Assert.Equal(
            before,
            (await service.Anonymous.GetAsync($"/api/requests/{need}").Is(HttpStatusCode.OK))[
                "location"
            ]!.ToJsonString()
        );
        await desk.AllAddsUp();

        // Whoever handed it over by mistake takes it back, and nobody else of theirs does.
        var colleague = await service.NewPerson("Chú Ba", ("teamMember", Places.EastDistrict));
        await colleague.Post($"/api/team/acts/{act.Id()}/undo").IsProblem(404, "notFound");
        await desk.Team.Post($"/api/team/acts/{act.Id()}/undo").Is(HttpStatusCode.OK);
        await desk.Team.Get($"/api/team/needs/{need}").Is(HttpStatusCode.OK);
        await desk.Others.Get($"/api/team/needs/{need}").IsProblem(404, "notFound");
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task of_two_who_close_a_need_at_once_one_is_told_that_it_is_closed()
    {
        var desk = await Desk.Of(service);
        var colleague = await service.NewPerson("Chú Ba", ("teamMember", Places.NorthEast));
        var need = await service.GivenRequest(desk.Owner);
        var answers = await Task.WhenAll(
            new[] { desk.Team, colleague, desk.Team, colleague }.Select(one =>
                one.Post(Desk.At(need, "close"), new { reason = "outOfScope" })
            )
        );
        Assert.Equal([200, 409, 409, 409], answers.Select(answer => (int)answer.StatusCode).Order());
        Assert.Equal(["posted", "close"], (await desk.History(need)).Select(item => item!.Text("what")));
    }

    [Fact]
    public async Task a_look_at_a_need_on_the_desk_is_written_down()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner);
        var answer = await desk.Team.Get($"/api/team/needs/{need}");
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        string tag = answer.Headers.ETag!.ToString();
        async Task<int> Looks() =>
            await service.Look<int>(
                "select count(*)::int from access_log where request_id = @need",
                new { need }
            );
        Assert.Equal(1, await Looks());
        using var held = new HttpRequestMessage(HttpMethod.Get, $"/api/team/needs/{need}");
        held.Headers.Add("If-None-Match", tag);
        Assert.Equal(HttpStatusCode.NotModified, (await desk.Team.Http.SendAsync(held)).StatusCode);
        Assert.Equal(1, await Looks());
        await desk.History(need);
        Assert.Equal(2, await Looks());
    }

    [Fact]
    public async Task an_act_sent_twice_is_done_once()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner);
        string key = $"{Guid.NewGuid()}";
        async Task<string> Send()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Desk.At(need, "hide"));
            request.Headers.Add("Idempotency-Key", key);
            return (await desk.Team.Http.SendAsync(request).Is(HttpStatusCode.OK)).ToJsonString();
        }
        Assert.Equal(await Send(), await Send());
        Assert.Equal(
            1,
            await service.Look<int>(
                "select count(*)::int from need_act where request_id = @need",
                new { need }
            )
        );
    }

    [Fact]
    public async Task what_is_hidden_with_its_suspended_owner_is_not_shown_by_a_team()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner);
        var closed = await service.GivenRequest(desk.Owner);
        await desk.Done(closed, "close", new { reason = "false" });
        await service.Look<object>("select suspend_account(clock(), @Id)", new { desk.Owner.Id });
        await desk.Team.Post(Desk.At(need, "show")).IsProblem(409, "needOwnerSuspended");
        await desk.Done(closed, "reopen");
        await service.Anonymous.GetAsync($"/api/requests/{closed}").IsProblem(404, "notFound");
        await service.Look<object>("select lift_suspension(@Id)", new { desk.Owner.Id });
        await service.Anonymous.GetAsync($"/api/requests/{closed}").Is(HttpStatusCode.OK);
        await desk.AllAddsUp();
    }

    [Fact]
    public async Task nobody_rewrites_what_was_done()
    {
        var desk = await Desk.Of(service);
        var need = await service.GivenRequest(desk.Owner);
        await desk.Done(need, "hide");
        foreach (
            string sql in new[]
            {
                "delete from need_act",
                "update need_act set act = 'show'",
                "truncate need_act",
            }
        )
        {
            await using var connection = await service.Open();
            await using var command = connection.CreateCommand();
            command.CommandText = $"set role mutualaid_app; {sql}";
            var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
                command.ExecuteNonQueryAsync()
            );
            Assert.Equal("42501", refused.SqlState);
        }
    }
}
