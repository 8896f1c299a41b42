using System.Net;
using MutualAid.Server.Tests.Accounts;
using MutualAid.Server.Tests.Matching;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Teams.Givers;

/// <summary>Stopped by a moderator, told why, heard by another one.</summary>
public sealed class SuspensionTests(Cluster cluster) : IAsyncLifetime
{
    private const string Why = "nhận ba lần mà không giao";

    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task a_member_may_not_a_lead_asks_a_moderator_does_and_the_giver_is_told_why()
    {
        var giver = await Giver();
        var owner = await service.NewPerson();
        var match = await giver
            .Post($"/api/requests/{await service.GivenRequest(owner)}/claims", new { units = 1 })
            .Is(HttpStatusCode.Created);
        var member = await service.NewPerson("Tổ viên", ("teamMember", Places.NorthEast));
        await Suspend(member, giver).IsProblem(403, "moderatorsOnly");
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", Places.NorthEast));
        await Suspend(lead, giver, "").IsProblem(400, "invalid");
        Assert.Equal("asked", (await Suspend(lead, giver).Is(HttpStatusCode.Accepted)).Text("outcome"));
        Assert.Equal(
            Why,
            await service.Look<string>(
                "select text from report where (subject_kind, subject_id, area_id, reason) = ('account', @Id, @NorthEast, 'suspension')",
                new { giver.Id, Places.NorthEast }
            )
        );
        Assert.Null(await Suspended(giver));

        var moderator = await Moderator();
        await Suspend(moderator, giver).Is(HttpStatusCode.OK);
        await Suspend(moderator, giver).IsProblem(409, "alreadySuspended");
        Assert.NotNull(await Suspended(giver));
        Assert.Equal(
            "withdrawn",
            await service.Look<string>("select status from match where id = @id", new { id = match.Id() })
        );
        string told = await service.NextTo(
            giver.Phone,
            text => text.Contains("/me/appeal", StringComparison.Ordinal)
        );
        Assert.Contains(Why, told, StringComparison.Ordinal);
        await giver
            .Post($"/api/requests/{await service.GivenRequest(owner)}/claims", new { units = 1 })
            .IsProblem(403, "suspended");

        // Their own data stays theirs, also by a sign-in of now.
        var anew = await service.SignIn(giver.Phone);
        Assert.Equal(giver.Id, anew["account"]!.Id());
        using var http = service.Client(anew.Text("token"));
        await http.GetAsync("/api/me").Is(HttpStatusCode.OK);
        Assert.Contains("suspend", await http.GetStringAsync("/api/me/export"), StringComparison.Ordinal);
        using var visitor = await Visitor.Of(service, giver);
        Assert.NotNull((await visitor.Get("/me")).Html.QuerySelector("main a[href='/me/appeal']"));
        Assert.Equal(
            "askSuspension,suspend",
            await service.Look<string>("select string_agg(act, ',' order by act) from moderation_log")
        );
        await service.InvariantsHold();
    }

    [Fact]
    public async Task an_appeal_is_answered_by_somebody_else_where_there_is_one()
    {
        var (moderator, other) = (await Moderator(), await Moderator());
        var giver = await Giver();
        await giver.Post("/api/me/appeal", new { text = "oan quá" }).IsProblem(409, "notSuspended");
        await Suspend(moderator, giver).Is(HttpStatusCode.OK);

        using var visitor = await Visitor.Of(service, giver);
        var page = (await visitor.Get("/me/appeal")).Is(HttpStatusCode.OK);
        Assert.Contains(Why, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Người kiểm duyệt", page.Text, StringComparison.Ordinal);
        (await visitor.SendMain(("text", " "))).Is(HttpStatusCode.BadRequest);
        (await visitor.SendMain(("text", "xe hỏng ba ngày"))).Leads("/me/appeal?said");
        await giver.Post("/api/me/appeal", new { text = "lần nữa" }).IsProblem(409, "appealWaits");

        string list = $"/api/team/{Places.NorthEast}/appeals";
        var lead = await service.NewPerson("Tổ trưởng", ("teamLead", Places.NorthEast));
        await lead.Get(list).IsProblem(404, "notFound");
        var mine = Assert.Single((await moderator.Get(list).Is(HttpStatusCode.OK))["items"]!.AsArray())!;
        Assert.Equal(
            ("xe hỏng ba ngày", Why, false),
            (mine.Text("text"), mine.Text("reason"), (bool)mine["mayAnswer"]!)
        );
        await Answer(lead, mine.Id(), "lifted").IsProblem(404, "notFound");
        var elsewhere = await service.NewPerson("Nơi khác", ("moderator", Places.WestDistrict));
        await Answer(elsewhere, mine.Id(), "lifted").IsProblem(404, "notFound");
        await Answer(moderator, mine.Id(), "kept").IsProblem(409, "otherModerator");
        await Answer(other, mine.Id(), "maybe").IsProblem(400, "invalid");

        using var desk = await Visitor.Of(service, other, secondFactor: true);
        page = (await desk.Get($"/team/{Places.EastDistrict}/appeals")).Is(HttpStatusCode.OK);
        Assert.Contains("xe hỏng ba ngày", page.Text, StringComparison.Ordinal);
        int known = service.SentTo(giver.Phone).Count;
        (
            await desk.Send(
                page,
                $"/team/{Places.EastDistrict}/appeals/{mine.Id()}",
                ("do", "lifted"),
                ("answer", "đã hiểu, xin lỗi bạn")
            )
        ).Leads($"/team/{Places.EastDistrict}/appeals?done=lifted");
        Assert.Contains(
            "đã hiểu, xin lỗi bạn",
            await service.NextTo(giver.Phone, text => text.Contains("xin lỗi", StringComparison.Ordinal)),
            StringComparison.Ordinal
        );
        Assert.Null(await Suspended(giver));
        await giver
            .Post(
                $"/api/requests/{await service.GivenRequest(await service.NewPerson())}/claims",
                new { units = 1 }
            )
            .Is(HttpStatusCode.Created);
        await Answer(other, mine.Id(), "kept").IsProblem(409, "appealAnswered");
        Assert.Empty((await other.Get(list).Is(HttpStatusCode.OK))["items"]!.AsArray());
        Assert.Equal(
            "appeal,lift,suspend",
            await service.Look<string>("select string_agg(act, ',' order by act) from moderation_log")
        );
    }

    [Fact]
    public async Task the_only_moderator_answers_and_who_was_not_heard_may_try_again_in_a_week()
    {
        var moderator = await Moderator();
        var giver = await Giver();
        await Suspend(moderator, giver).Is(HttpStatusCode.OK);
        await giver.Post("/api/me/appeal", new { text = "oan quá" }).Is(HttpStatusCode.Created);
        var appeal = await service.Look<Guid>("select id from appeal");
        await Answer(moderator, appeal, "kept").Is(HttpStatusCode.OK);
        await service.NextTo(giver.Phone, text => text.Contains("vẫn bị khóa", StringComparison.Ordinal));
        await giver.Post("/api/me/appeal", new { text = "oan" }).IsProblem(409, "appealAgain");
        await service.Clock.Advance(TimeSpan.FromDays(7));
        await giver.Post("/api/me/appeal", new { text = "oan" }).Is(HttpStatusCode.Created);
        // Lifted without a word on the appeal: it is answered with that.
        await moderator
            .Post($"/api/team/givers/{giver.Id}/lift", new { reason = "đủ rồi" })
            .Is(HttpStatusCode.OK);
        Assert.Equal(
            "kept,lifted",
            await service.Look<string>("select string_agg(outcome, ',' order by made_at) from appeal")
        );
        var mine = await giver.Get("/api/me/appeal").Is(HttpStatusCode.OK);
        Assert.Null(mine["suspendedAt"]);
        await moderator
            .Post($"/api/team/givers/{giver.Id}/lift", new { reason = "đủ rồi" })
            .IsProblem(409, "notSuspended");
    }

    [Fact]
    public async Task who_is_of_a_team_is_an_administrators_to_stop_and_nobody_stops_themselves()
    {
        var moderator = await Moderator();
        var member = await service.NewPerson("Tổ viên", ("teamMember", Places.NorthEast));
        await service.GivenOffer(member);
        await service.GivenOffer(moderator);
        await Suspend(moderator, member).IsProblem(403, "administratorsOnly");
        await Suspend(moderator, moderator).IsProblem(422, "ownAccount");
        var administrator = await service.NewPerson("Quản trị", ("administrator", Places.Province));
        await Suspend(administrator, member).Is(HttpStatusCode.OK);
        // With the account the role rests.
        await member.Get($"/api/team/{Places.NorthEast}/givers").IsProblem(404, "notFound");
    }

    // Seen to fail with the table's default grants.
    [Fact]
    public async Task nobody_rewrites_the_log()
    {
        var giver = await Giver();
        await Suspend(await Moderator(), giver).Is(HttpStatusCode.OK);
        await using var connection = await service.Open();
        foreach (
            string act in new[]
            {
                "delete from moderation_log",
                "update moderation_log set act = 'lift'",
                "truncate moderation_log",
            }
        )
        {
            await using var command = new Npgsql.NpgsqlCommand($"set role mutualaid_app; {act}", connection);
            var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
                command.ExecuteNonQueryAsync()
            );
            Assert.Equal("42501", refused.SqlState);
            await using var back = new Npgsql.NpgsqlCommand("reset role", connection);
            await back.ExecuteNonQueryAsync();
        }
        await giver.Post("/api/me/appeal", new { text = "một câu độc nhất" }).Is(HttpStatusCode.Created);
        await giver.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        Assert.Equal(0, await service.Look<int>("select count(*)::int from appeal"));
        Assert.Equal(
            0,
            await service.Look<int>("select count(*)::int from moderation_log where reason is not null")
        );
    }

    private Task<Person> Moderator() =>
        service.NewPerson("Người kiểm duyệt", ("moderator", Places.EastDistrict));

    private async Task<Person> Giver()
    {
        var giver = await service.NewPerson("Anh Ba");
        await service.GivenOffer(giver);
        return giver;
    }

    private static Task<HttpResponseMessage> Suspend(Person by, Person giver, string reason = Why) =>
        by.Post($"/api/team/givers/{giver.Id}/suspend", new { reason });

    private static Task<HttpResponseMessage> Answer(Person by, Guid appeal, string outcome) =>
        by.Post($"/api/team/appeals/{appeal}/answer", new { outcome, answer = "đã xem" });

    private Task<DateTime?> Suspended(Person giver) =>
        service.Look<DateTime?>("select suspended_at from account where id = @Id", new { giver.Id });
}
