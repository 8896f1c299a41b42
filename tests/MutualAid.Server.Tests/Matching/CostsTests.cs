using System.Text.Json.Nodes;
using MutualAid.Matching;

namespace MutualAid.Server.Tests.Matching;

/// <summary>What rounds weigh is open to everybody, and what is set is what counts.</summary>
public sealed class CostsTests(Cluster cluster) : IAsyncLifetime
{
    private readonly ServiceFixture service = new(cluster);

    public ValueTask InitializeAsync() => service.InitializeAsync();

    public ValueTask DisposeAsync() => service.DisposeAsync();

    [Fact]
    public async Task everybody_can_read_what_rounds_weigh_and_the_defaults_are_those_of_the_planner()
    {
        var shown = await Shown();
        var costs = new CostOptions();
        Assert.Equal(costs.AgeWeight, (double)shown["ageWeight"]!);
        Assert.Equal(costs.DeficitSeconds, (double)shown["wardDeficitSeconds"]!);
        Assert.Equal(costs.UnmetSeconds[2], (double)shown["unmetSeconds"]!["urgent"]!);
    }

    [Theory]
    [InlineData(0, false)] // whoever is nearer is served
    [InlineData(100, true)] // whoever has waited longer
    public async Task the_age_weight_that_is_set_decides_who_is_served_first(int weight, bool older)
    {
        await service.Execute("update setting set value = @weight where key = 'age_weight'", new { weight });
        var far = await service.GivenRequest(
            await service.NewPerson(),
            quantity: 4,
            urgency: "soon",
            lon: 105.866
        );
        await service.Clock.Advance(TimeSpan.FromMinutes(30));
        var near = await service.GivenRequest(await service.NewPerson(), quantity: 4, urgency: "soon");
        await service.GivenOffer(await service.NewPerson(), capacity: 4);
        await service.Round();
        Assert.Equal(older ? far : near, Assert.Single(await service.Proposals()).RequestId);
        Assert.Equal(weight, (double)(await Shown())["ageWeight"]!);
    }

    [Fact]
    public async Task of_two_that_wait_equally_long_the_one_in_the_ward_that_was_served_less_is_served()
    {
        // Three deliveries in the east; the west is farther from the giver and has had none.
        for (int i = 0; i < 3; i++)
            await service.GivenTrusted(await service.NewPerson());
        await service.GivenRequest(await service.NewPerson(), quantity: 4, urgency: "soon");
        var west = await service.GivenRequest(
            await service.NewPerson(),
            quantity: 4,
            urgency: "soon",
            lon: 105.848
        );
        await service.GivenOffer(await service.NewPerson(), capacity: 4);
        await service.Round();
        var asked = Assert.Single(await service.Proposals());
        Assert.Equal(west, asked.RequestId);
        Assert.Contains("wardLacks", asked.Reasons, StringComparison.Ordinal);
    }

    private async Task<JsonNode> Shown() =>
        JsonNode.Parse(await service.Anonymous.GetStringAsync("/api/matching"))!;
}
