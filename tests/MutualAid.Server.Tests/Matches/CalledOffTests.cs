using System.Net;
using MutualAid.Server.Tests.Jobs;
using MutualAid.Server.Tests.Messages;

namespace MutualAid.Server.Tests.Matches;

/// <summary>Nobody rides to a door for nothing, and nobody waits at one.</summary>
public sealed class CalledOffTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("select count(*)::int from request_end(@now, array[@Request], 'closed', 'duplicate')", false)]
    [InlineData("select 1 from request_hide(@now, @Request, true)", false)]
    [InlineData("select 1 from suspend_account(@now, @Receiver)", false)]
    [InlineData("select 1 from suspend_account(@now, @Giver)", true)]
    public async Task whoever_is_on_the_way_is_told_within_a_minute_when_the_service_takes_the_match_back(
        string act,
        bool receiverWaits
    )
    {
        var scene = await Scene.InState(service, "onTheWay");
        await service.Look<int?>(
            act,
            new
            {
                now = service.Clock.GetUtcNow(),
                scene.Request,
                Receiver = scene.Receiver.Id,
                Giver = scene.Giver.Id,
            }
        );
        Assert.Equal(1, await service.Sweep("tell-called-off"));
        Assert.Contains("Xin đừng đi nữa", await service.NextTo(scene.Giver.Phone), StringComparison.Ordinal);
        if (receiverWaits)
            Assert.Contains(
                "không đến được",
                await service.NextTo(scene.Receiver.Phone),
                StringComparison.Ordinal
            );
        else
            Assert.Empty(service.SentTo(scene.Receiver.Phone));
        // Once is enough.
        Assert.Equal(0, await service.Sweep("tell-called-off"));
    }

    [Fact]
    public async Task a_block_and_an_erasure_tell_the_other_side_at_once()
    {
        var blocked = await Scene.InState(service, "accepted");
        await blocked.Receiver.Post("/api/blocks", new { matchId = blocked.Id }).Is(HttpStatusCode.NoContent);
        Assert.Contains(
            "Xin đừng đi nữa",
            await service.NextTo(blocked.Giver.Phone),
            StringComparison.Ordinal
        );

        var erased = await Scene.InState(service, "onTheWay");
        await erased.Giver.Http.DeleteAsync("/api/me").Is(HttpStatusCode.NoContent);
        Assert.Contains(
            "không đến được",
            await service.NextTo(erased.Receiver.Phone),
            StringComparison.Ordinal
        );
        Assert.Empty(service.SentTo(erased.Giver.Phone));
    }

    [Fact]
    public async Task who_was_only_asked_is_not_told()
    {
        var scene = await Scene.InState(service, "proposed");
        await service.Look<int>(
            "select 1 from request_hide(@now, @Request, true)",
            new { now = service.Clock.GetUtcNow(), scene.Request }
        );
        Assert.Equal(0, await service.Sweep("tell-called-off"));
    }
}
