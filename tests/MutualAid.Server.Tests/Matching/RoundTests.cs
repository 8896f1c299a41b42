namespace MutualAid.Server.Tests.Matching;

public sealed class RoundTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task a_need_and_an_offer_near_it_are_proposed_within_one_round()
    {
        var need = await service.GivenRequest(await service.NewPerson(), quantity: 4, urgency: "soon");
        var offer = await service.GivenOffer(await service.NewPerson());

        var figures = await service.Round();

        Assert.Equal(1, figures.Proposed);
        var asked = Assert.Single(await service.Proposals());
        Assert.Equal((need, offer, 4), (asked.RequestId, asked.OfferId, asked.Units));
        Assert.Equal(4, await service.Look<int>("select held from offer"));
        Assert.Equal(
            "nearestGiver within",
            await service.Look<string>(
                "select string_agg(reason ->> 'code', ' ') from match, jsonb_array_elements(reasons) reason"
            )
        );
    }
}
