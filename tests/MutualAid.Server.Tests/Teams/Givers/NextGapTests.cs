using System.Net;
using MutualAid.Server.Tests.Matching;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Teams.Givers;

/// <summary>A team points an idle giver to what nobody comes to.</summary>
public sealed class NextGapTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task the_most_urgent_first_then_what_nobody_else_reaches_then_the_nearest()
    {
        var team = await Team();
        var owner = await service.NewPerson();
        var (giver, offer) = await Giver(reach: 2500);
        // Another giver reaches the near one, and nobody the further one.
        var other = await service.NewPerson();
        await service.GivenOffer(other, reach: 300);
        var near = await service.GivenRequest(owner, urgency: "soon", lon: 105.856, lat: 21.034);
        var further = await service.GivenRequest(owner, urgency: "soon", lon: 105.872, lat: 21.034);
        var furthest = await service.GivenRequest(owner, urgency: "soon", lon: 105.876, lat: 21.034);
        var late = await service.GivenRequest(owner, urgency: "routine", lon: 105.858, lat: 21.034);

        var pointed = await Point(team, giver).Is(HttpStatusCode.Created);
        Assert.Equal(("proposed", further), (pointed.Text("outcome"), Request(pointed)));
        Assert.Equal(
            ("team", "proposed"),
            (
                await service.Look<string>("select origin from match"),
                await service.Look<string>("select status from match")
            )
        );
        var seen = await giver.Get($"/api/matches/{pointed.Text("matchId")}").Is(HttpStatusCode.OK);
        Assert.Equal("Asked by the team of Quận Đông", seen["reasons"]![0]!.Text("text"));
        await service.NextTo(giver.Phone);
        // They are asked already: nobody asks them a second time.
        await Point(team, giver).IsProblem(409, "giverBusy");
        foreach (var expected in new[] { furthest, near, late })
        {
            await service.Execute("update match set trip_id = gen_random_uuid()");
            await giver.Post($"/api/matches/{pointed.Text("matchId")}/decline").Is(HttpStatusCode.OK);
            await Point(team, giver).IsProblem(409, "pointedLately");
            await service.Clock.Advance(TimeSpan.FromMinutes(30));
            pointed = await Point(team, giver).Is(HttpStatusCode.Created);
            Assert.Equal(expected, Request(pointed));
        }
        await service.InvariantsHold();
        Assert.Equal(4, await Log("point"));
    }

    [Fact]
    public async Task beyond_the_reach_they_are_told_and_may_claim_and_further_than_that_nothing_is()
    {
        var team = await Team();
        var owner = await service.NewPerson();
        var (giver, offer) = await Giver(reach: 700);
        await Point(team, giver).IsProblem(409, "noGap");
        await service.GivenRequest(owner, lon: 105.885, lat: 21.034); // 3 km, more than three times the reach
        await service.GivenRequest(owner, lon: 105.838, lat: 21.034); // near enough, of another team
        await service.GivenRequest(owner, category: "medicine", lon: 105.858, lat: 21.034);
        await Point(team, giver).IsProblem(409, "noGap");
        var request = await service.GivenRequest(owner, lon: 105.872, lat: 21.034);

        using var message = new HttpRequestMessage(HttpMethod.Post, $"/api/team/givers/{giver.Id}/next-gap")
        {
            Content = System.Net.Http.Json.JsonContent.Create(new { areaId = Places.EastDistrict }),
            Headers = { { "Idempotency-Key", "once" } },
        };
        var pointed = await team.Http.SendAsync(message).Is(HttpStatusCode.Created);
        Assert.Equal(("told", request), (pointed.Text("outcome"), Request(pointed)));
        Assert.Equal(0, await service.Look<int>("select count(*)::int from match"));
        string text = await service.NextTo(giver.Phone);
        Assert.Contains($"/requests/{request}", text, StringComparison.Ordinal);
        Assert.Contains("Quận Đông", text, StringComparison.Ordinal);
        // The same press again is the same act.
        using var again = new HttpRequestMessage(HttpMethod.Post, $"/api/team/givers/{giver.Id}/next-gap")
        {
            Content = System.Net.Http.Json.JsonContent.Create(new { areaId = Places.EastDistrict }),
            Headers = { { "Idempotency-Key", "once" } },
        };
        Assert.Equal(request, Request(await team.Http.SendAsync(again).Is(HttpStatusCode.Created)));
        Assert.Equal(1, await Log("point"));
        await giver
            .Post($"/api/requests/{request}/claims", new { units = 1, offerId = offer })
            .Is(HttpStatusCode.Created);
        await service.InvariantsHold();
    }

    // The second seen to fail without the giver's lock; of the first the door takes care by itself.
    [Theory]
    [InlineData(3000, "match")]
    [InlineData(700, "outbox where kind = 'team.pointed'")]
    public async Task pointed_by_several_at_once_they_are_asked_or_told_once(int reach, string what)
    {
        var teams = new[] { await Team(), await Team(), await Team(), await Team() };
        var owner = await service.NewPerson();
        for (int i = 0; i < 3; i++)
            await service.GivenRequest(owner, lon: 105.872, lat: 21.034);
        var (giver, _) = await Giver(reach);
        var answers = await Task.WhenAll(teams.Select(team => Point(team, giver)));
        Assert.Equal([201, 409, 409, 409], answers.Select(answer => (int)answer.StatusCode).Order());
        Assert.Equal(1, await service.Look<int>($"select count(*)::int from {what}"));
        await service.InvariantsHold();
    }

    [Fact]
    public async Task who_is_off_duty_suspended_or_elsewhere_is_not_pointed()
    {
        var team = await Team();
        await service.GivenRequest(await service.NewPerson());
        var (giver, _) = await Giver(reach: 3000);
        await service.Execute("update account set on_duty = false where id = @Id", new { giver.Id });
        await Point(team, giver).IsProblem(409, "giverOffDuty");
        await service.Execute(
            "update account set on_duty = true, suspended_at = @now where id = @Id",
            new { giver.Id, now = service.Clock.GetUtcNow() }
        );
        await Point(team, giver).IsProblem(409, "giverSuspended");
        await team.Post($"/api/team/givers/{giver.Id}/next-gap", new { }).IsProblem(400, "invalid");
        await team.Post($"/api/team/givers/{giver.Id}/next-gap", new { areaId = Places.SouthEast })
            .IsProblem(404, "notFound");
    }

    [Fact]
    public async Task by_one_press_on_the_page()
    {
        var team = await Team();
        var request = await service.GivenRequest(await service.NewPerson());
        var (giver, _) = await Giver(reach: 3000);
        string list = $"/team/{Places.NorthEast}/givers";
        using var desk = await Visitor.Of(service, team, secondFactor: true);
        var page = (await desk.Get(list)).Is(HttpStatusCode.OK);
        Assert.Contains("will be asked in a moment", page.Text, StringComparison.Ordinal);
        var sent = await desk.Send(page, $"{list}/{giver.Id}/next-gap");
        sent.Leads($"{list}/{giver.Id}?done=proposed");
        page = await desk.Get(sent.Location!);
        Assert.Contains("asked in the team's name", page.Text, StringComparison.Ordinal);
        Assert.Equal(request, await service.Look<Guid>("select request_id from match"));
        using var theirs = await Visitor.Of(service, giver, "vi");
        Assert.Contains(
            "Đội của Phường Sông đề nghị",
            (await theirs.Get("/mine")).Text,
            StringComparison.Ordinal
        );
    }

    private static Guid Request(System.Text.Json.Nodes.JsonNode pointed) =>
        Guid.Parse(pointed.Text("requestId"));

    private Task<int> Log(string act) =>
        service.Look<int>("select count(*)::int from moderation_log where act = @act", new { act });

    private Task<Person> Team() => service.NewPerson("Tổ viên", ("teamMember", Places.EastDistrict));

    private async Task<(Person, Guid)> Giver(int reach)
    {
        var giver = await service.NewPerson("Anh Ba");
        return (giver, await service.GivenOffer(giver, reach: reach));
    }

    private static Task<HttpResponseMessage> Point(Person team, Person giver) =>
        team.Post($"/api/team/givers/{giver.Id}/next-gap", new { areaId = Places.EastDistrict });
}
