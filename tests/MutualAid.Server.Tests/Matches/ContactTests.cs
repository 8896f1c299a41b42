using System.Net;

namespace MutualAid.Server.Tests.Matches;

public sealed class ContactTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("proposed", false)]
    [InlineData("accepted", true)]
    [InlineData("onTheWay", true)]
    [InlineData("delivered", true)]
    [InlineData("confirmed", true)]
    [InlineData("declined", false)]
    [InlineData("lapsed", false)]
    [InlineData("withdrawn", false)]
    [InlineData("failed", false)]
    public async Task contact_is_open_both_ways_from_acceptance_and_closed_after_any_end_but_delivery(
        string state,
        bool open
    )
    {
        var scene = await Scene.InState(service, state);
        foreach (var side in new[] { scene.Giver, scene.Receiver })
        {
            if (open)
                await side.Get($"/api/matches/{scene.Id}/contact").Is(HttpStatusCode.OK);
            else
                Assert.Equal(
                    state,
                    (await side.Get($"/api/matches/{scene.Id}/contact").IsProblem(409, "contactClosed")).Text(
                        "state"
                    )
                );
        }
        foreach (var other in new[] { scene.Team, scene.Stranger })
            await other.Get($"/api/matches/{scene.Id}/contact").IsProblem(404, "notFound");
        Assert.Equal(
            open ? 2L : 0L,
            await service.Look<long>("select count(*) from access_log where match_id = @Id", new { scene.Id })
        );
    }

    [Theory]
    [InlineData("delivered")]
    [InlineData("confirmed")]
    public async Task contact_closes_24_hours_after_delivery(string state)
    {
        var scene = await Scene.InState(service, state);
        await service.Look<int>(
            "update match set delivered_at = delivered_at - interval '24 hours' where id = @Id",
            new { scene.Id }
        );
        await scene.Giver.Get($"/api/matches/{scene.Id}/contact").IsProblem(409, "contactClosed");
        await scene.Receiver.Get($"/api/matches/{scene.Id}/contact").IsProblem(409, "contactClosed");
    }

    [Fact]
    public async Task every_view_is_written_down_for_the_one_who_was_seen()
    {
        var scene = await Scene.InState(service, "accepted");
        await scene.Giver.Get($"/api/matches/{scene.Id}/contact").Is(HttpStatusCode.OK);
        await scene.Giver.Get($"/api/matches/{scene.Id}/contact").Is(HttpStatusCode.OK);
        await scene.Receiver.Get($"/api/matches/{scene.Id}/contact").Is(HttpStatusCode.OK);
        const string seen =
            "select count(*) from access_log where match_id = @Id and owner_account_id = @owner and reader_role = @role";
        Assert.Equal(
            2L,
            await service.Look<long>(
                seen,
                new
                {
                    scene.Id,
                    owner = scene.Receiver.Id,
                    role = "giver",
                }
            )
        );
        Assert.Equal(
            1L,
            await service.Look<long>(
                seen,
                new
                {
                    scene.Id,
                    owner = scene.Giver.Id,
                    role = "receiver",
                }
            )
        );
    }

    [Fact]
    public async Task a_block_closes_contact_that_was_open_and_no_late_delivery_opens_it_again()
    {
        var delivered = await Scene.InState(service, "delivered");
        var lapsed = await Scene.InState(service, "lapsed");
        foreach (var scene in new[] { delivered, lapsed })
            await service.Look<int>(
                "insert into block (account_id, blocked_account_id, created_at) values (@receiver, @giver, @now)",
                new
                {
                    receiver = scene.Receiver.Id,
                    giver = scene.Giver.Id,
                    now = service.Clock.GetUtcNow(),
                }
            );
        await delivered.Giver.Get($"/api/matches/{delivered.Id}/contact").IsProblem(409, "contactClosed");
        // Nor does the request itself show it.
        Assert.Null(
            (await delivered.Giver.Get($"/api/requests/{delivered.Request}").Is(HttpStatusCode.OK))["private"]
        );
        await lapsed.Giver.Post($"/api/matches/{lapsed.Id}/delivered").IsProblem(409, "stepImpossible");
    }
}
