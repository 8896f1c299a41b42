namespace MutualAid.Server.Tests.Matching;

public sealed class LapseTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task what_is_not_answered_in_time_lapses_once_and_the_next_giver_is_asked_at_once()
    {
        var need = await service.GivenRequest(await service.NewPerson(), urgency: "soon");
        await service.GivenOffer(await service.NewPerson());
        await service.Round();
        await service.GivenOffer(await service.NewPerson(), lon: 105.866);

        await service.Clock.Advance(TimeSpan.FromMinutes(45) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await service.Lapse());
        await service.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await service.Lapse());
        Assert.Equal(0, await service.Lapse());
        Assert.Equal(1, (await service.Round()).Proposed);
        Assert.Equal(need, Assert.Single(await service.Proposals()).RequestId);
    }

    [Fact]
    public async Task what_was_promised_and_saw_no_step_lapses_and_the_owner_is_told()
    {
        await service.GivenRequest(await service.NewPerson(), urgency: "urgent");
        var giver = await service.NewPerson();
        await service.GivenOffer(giver);
        await service.Round();
        var asked = Assert.Single(await service.Proposals());
        await service.Step(asked.Id, "accept", "giver", giver.Id, "123456");

        await service.Clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(1, await service.Lapse());
        Assert.Equal(1, await service.Look<int>("select count(*)::int from outbox where kind = 'match.off'"));
        Assert.Equal(4, await service.Look<int>("select unmet from request"));
    }

    [Fact]
    public async Task two_sweeps_at_once_lapse_each_match_once()
    {
        for (int i = 0; i < 30; i++)
        {
            await service.GivenRequest(await service.NewPerson(), urgency: "soon", quantity: 1);
            await service.GivenOffer(await service.NewPerson(), capacity: 1);
        }
        Assert.Equal(30, (await service.Round()).Proposed);
        await service.Clock.Advance(TimeSpan.FromHours(1));
        var lapsed = await Task.WhenAll(service.Lapse(), service.Lapse(), service.Lapse());
        Assert.Equal(30, lapsed.Sum());
        Assert.Equal(0, await service.Look<int>("select sum(held)::int from offer"));
        await service.InvariantsHold();
    }
}
