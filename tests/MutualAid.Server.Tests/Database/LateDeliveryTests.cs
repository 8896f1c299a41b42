using Dapper;

namespace MutualAid.Server.Tests.Database;

public sealed class LateDeliveryTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData(5, "nothingLeft")]
    [InlineData(2, "done")]
    public async Task a_late_delivery_of_an_indivisible_need_is_of_all_that_it_has_become_or_nothing(
        int becomes,
        string outcome
    )
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        var request = await service.GivenRequest(owner, quantity: 3, divisible: false);
        var match = Guid.CreateVersion7();
        await using var connection = await service.Open();
        string? claimed = await connection.ExecuteScalarAsync<string>(
            "select outcome from match_claim(@now, @giver, @request, 3, null, @match, @made, @made, '123456')",
            new
            {
                now = service.Clock.GetUtcNow(),
                giver = giver.Id,
                request,
                match,
                made = Guid.CreateVersion7(),
            }
        );
        Assert.Equal("done", claimed);
        await service.Clock.Advance(TimeSpan.FromHours(4));
        Assert.Equal("done", await service.Step(match, "lapse", "clock"));
        Assert.True(
            await connection.ExecuteScalarAsync<bool>(
                "select request_set_quantity(@now, @request, @becomes)",
                new
                {
                    now = service.Clock.GetUtcNow(),
                    request,
                    becomes,
                }
            )
        );
        Assert.Equal(outcome, await service.Step(match, "deliver", "giver", giver.Id));
        await service.InvariantsHold();
    }

    [Fact]
    public async Task the_quantity_of_a_need_that_has_ended_stays_as_it_is()
    {
        var request = await service.GivenRequest(await service.NewPerson(), quantity: 3);
        await using var connection = await service.Open();
        var now = service.Clock.GetUtcNow();
        await connection.ExecuteAsync(
            "select request_end(@now, array[@request], 'withdrawn', 'helped')",
            new { now, request }
        );
        Assert.False(
            await connection.ExecuteScalarAsync<bool>(
                "select request_set_quantity(@now, @request, 2)",
                new { now, request }
            )
        );
        await service.InvariantsHold();
    }
}
