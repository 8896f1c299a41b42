using System.Net;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Matches;

public sealed class JourneyTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_need_is_claimed_in_two_parts_and_delivered()
    {
        var owner = await service.NewPerson("Cô Ba");
        var first = await service.NewPerson("Anh Tư");
        var second = await service.NewPerson();
        var request = await service.GivenRequest(owner, quantity: 4);

        var claim = await first
            .Post($"/api/requests/{request}/claims", new { units = 3 })
            .Is(HttpStatusCode.Created);
        Assert.Equal("accepted", claim.Text("status"));
        Assert.Equal("giver", claim.Text("side"));
        Assert.Null(claim["handOverCode"]);
        Assert.Null(claim["distance"]);

        var contact = await first.Get($"/api/matches/{claim.Id()}/contact").Is(HttpStatusCode.OK);
        Assert.Equal("12 ngõ 3 phố Thử", contact["private"]!.Text("address"));
        Assert.Equal(owner.Phone, contact["private"]!.Text("phone"));
        Assert.Equal(105.853, (double)contact["private"]!["location"]!["coordinates"]![0]!);
        var giver = await owner.Get($"/api/matches/{claim.Id()}/contact").Is(HttpStatusCode.OK);
        Assert.Equal(first.Phone, giver["giver"]!.Text("phone"));
        Assert.Equal(
            1L,
            await service.Look<long>(
                "select count(*) from access_log where reader_account_id = @a and owner_account_id = @b and what = 'contact'",
                new { a = first.Id, b = owner.Id }
            )
        );

        await first.Post($"/api/matches/{claim.Id()}/on-the-way").Is(HttpStatusCode.OK);
        var part = await first
            .Post($"/api/matches/{claim.Id()}/delivered", new { units = 2 })
            .Is(HttpStatusCode.OK);
        Assert.Equal(("delivered", 2), (part.Text("status"), part.Number("units")));
        await service.InvariantsHold();
        Assert.Equal(
            "confirmed",
            (await owner.Post($"/api/matches/{claim.Id()}/confirm").Is(HttpStatusCode.OK)).Text("status")
        );

        var rest = await second
            .Post($"/api/requests/{request}/claims", new { units = 2 })
            .Is(HttpStatusCode.Created);
        string code = (await owner.Get($"/api/matches/{rest.Id()}").Is(HttpStatusCode.OK)).Text(
            "handOverCode"
        );
        var done = await second
            .Post($"/api/matches/{rest.Id()}/delivered", new { code })
            .Is(HttpStatusCode.OK);
        Assert.Equal("confirmed", done.Text("status"));
        Assert.Equal(
            "fulfilled",
            await service.Look<string>("select status from request where id = @request", new { request })
        );
        Assert.Equal(
            2L,
            await service.Look<long>("select count(*) from offer where one_time and status = 'ended'")
        );
        await service.InvariantsHold();
    }

    [Fact]
    public async Task who_is_helped_on_behalf_gets_the_code_by_message_and_the_owner_the_news()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        const string helped = "+84911222333";
        var request = await service.GivenRequest(owner, onBehalfPhone: helped);
        var claim = await giver
            .Post($"/api/requests/{request}/claims", new { units = 4 })
            .Is(HttpStatusCode.Created);

        string code = (await owner.Get($"/api/matches/{claim.Id()}").Is(HttpStatusCode.OK)).Text(
            "handOverCode"
        );
        Assert.Contains(code, await service.NextTo(helped), StringComparison.Ordinal);
        string news = await service.NextTo(owner.Phone);
        Assert.DoesNotContain(code, news, StringComparison.Ordinal);
        var contact = await giver.Get($"/api/matches/{claim.Id()}/contact").Is(HttpStatusCode.OK);
        Assert.Equal(helped, contact["private"]!.Text("phone"));
        Assert.Equal(owner.Phone, contact["postedBy"]!.Text("phone"));
    }

    [Fact]
    public async Task whoever_is_under_way_hears_that_the_request_was_withdrawn_and_who_waits_that_nobody_comes()
    {
        var called = await Scene.InState(service, "onTheWay");
        await called
            .Receiver.Post($"/api/requests/{called.Request}/withdraw", new { reason = "đã có rồi" })
            .Is(HttpStatusCode.OK);
        Assert.Contains("đừng đi nữa", await service.NextTo(called.Giver.Phone), StringComparison.Ordinal);

        var late = await Scene.InState(service, "accepted");
        await service.Look<int>("update match set due_by = created_at where id = @Id", new { late.Id });
        var lapses = service.App.Services.GetRequiredService<MutualAid.Server.Rounds.LapseMatches>();
        Assert.Equal(1, await lapses.Sweep(service.Clock.GetUtcNow(), CancellationToken.None));
        Assert.Contains(
            "không đến được",
            await service.NextTo(late.Receiver.Phone),
            StringComparison.Ordinal
        );
    }
}
