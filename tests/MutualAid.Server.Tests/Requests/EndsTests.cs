using System.Net;

namespace MutualAid.Server.Tests.Requests;

public sealed class EndsTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_withdrawn_request_is_gone_for_the_public_and_its_giver_is_let_go()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        var posted = await owner.Posted();
        string path = $"/api/requests/{posted.Id()}";
        var match = (await giver.Post($"{path}/claims", new { units = 2 }).Is(HttpStatusCode.Created)).Id();
        var ended = await owner
            .Post($"{path}/withdraw", new { reason = "đã có người giúp" })
            .Is(HttpStatusCode.OK);
        Assert.Equal("withdrawn", ended.Text("status"));
        Assert.Equal("đã có người giúp", ended["history"]!.Text("endReason"));
        Assert.Equal(
            "withdrawn",
            await service.Look<string>("select status from match where id = @match", new { match })
        );
        await (await service.Anonymous.GetAsync(path)).IsRefused(HttpStatusCode.NotFound);

        var again = await owner
            .Post($"{path}/withdraw", new { reason = "lần nữa" })
            .IsProblem(409, "requestOver");
        Assert.Equal("withdrawn", again.Text("state"));
        await owner.Post($"{path}/renew").IsProblem(409, "requestOver");
        await (await EditTests.Patch(owner, posted, """{"people":1}""")).IsRefused(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task a_withdrawal_says_why()
    {
        var owner = await service.NewPerson();
        var posted = await owner.Posted();
        var answer = await owner.Post($"/api/requests/{posted.Id()}/withdraw", new { reason = " " });
        await answer.IsRefused(HttpStatusCode.BadRequest, "reason");
    }

    [Fact]
    public async Task a_request_is_renewed_before_its_expiry_and_up_to_seven_days_after()
    {
        var owner = await service.NewPerson();
        var posted = await owner.Posted(); // food: three days
        string path = $"/api/requests/{posted.Id()}";
        await service.Clock.Advance(TimeSpan.FromDays(2));
        var early = await owner.Post($"{path}/renew").Is(HttpStatusCode.OK);
        Assert.Equal(service.Clock.GetUtcNow().AddDays(3), DateTimeOffset.Parse(early.Text("expiresAt")));

        await service.Clock.Advance(TimeSpan.FromDays(9));
        await service.Look<object>(
            "select request_end(clock(), array[@id], 'expired', null)",
            new { id = posted.Id() }
        );
        await (await service.Anonymous.GetAsync(path)).IsRefused(HttpStatusCode.NotFound);
        var late = await owner.Post($"{path}/renew").Is(HttpStatusCode.OK);
        Assert.Equal("open", late.Text("status"));
        Assert.Null(late["history"]!["endedAt"]);
        await service.Anonymous.ReadAt(path);

        await service.Clock.Advance(TimeSpan.FromDays(10.1));
        await owner.Post($"{path}/renew").IsProblem(409, "renewTooLate");
    }
}
