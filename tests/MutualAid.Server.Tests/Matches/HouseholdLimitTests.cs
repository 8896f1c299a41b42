using System.Net;

namespace MutualAid.Server.Tests.Matches;

/// <summary>How many doors a giver learns of: otherwise claim, read, withdraw would harvest every one.</summary>
public sealed class HouseholdLimitTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_new_giver_opens_one_household_at_a_time()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        var home = Guid.CreateVersion7();
        var first = await service.GivenRequest(owner, household: home);
        var sameHome = await service.GivenRequest(owner, household: home);
        var second = await service.GivenRequest(owner);
        await Claim(giver, first).Is(HttpStatusCode.Created);
        await Claim(giver, sameHome).Is(HttpStatusCode.Created);

        var refused = await Claim(giver, second);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        // An urgent match is due within 3 hours: after that the next may be opened at the latest.
        Assert.Equal(TimeSpan.FromHours(3), refused.Headers.RetryAfter!.Delta);
        await service.InvariantsHold();
    }

    [Fact]
    public async Task claim_read_withdraw_ends_after_three_households_until_the_oldest_is_a_day_old()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        for (int i = 0; i < 3; i++)
        {
            var match = await Claim(giver, await service.GivenRequest(owner)).Is(HttpStatusCode.Created);
            await giver.Get($"/api/matches/{match.Id()}/contact").Is(HttpStatusCode.OK);
            await giver
                .Post($"/api/matches/{match.Id()}/withdraw", new { reason = "plansChanged" })
                .Is(HttpStatusCode.OK);
        }
        await service.Look<int>(
            "update household_opened set opened_at = opened_at - interval '20 hours' where giver_account_id = @Id and household_id = (select min(household_id::text)::uuid from household_opened where giver_account_id = @Id)",
            new { giver.Id }
        );
        var fourth = await service.GivenRequest(owner);
        var refused = await Claim(giver, fourth);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromHours(4), refused.Headers.RetryAfter!.Delta);

        // The same holds for what they are asked for: accepting opens a household like claiming does.
        var offer = await service.GivenOffer(giver);
        var asked = await service.GivenProposal(offer, fourth, 1);
        await giver.Post($"/api/matches/{asked}/accept").IsProblem(429, "openings");

        await service.Look<int>(
            "update household_opened set opened_at = opened_at - interval '4 hours' where giver_account_id = @Id",
            new { giver.Id }
        );
        await giver.Post($"/api/matches/{asked}/accept").Is(HttpStatusCode.OK);
        await service.InvariantsHold();
    }

    [Fact]
    public async Task a_giver_with_a_confirmed_delivery_opens_ten_a_day_side_by_side()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        await service.GivenTrusted(giver);
        for (int i = 0; i < 10; i++)
            await Claim(giver, await service.GivenRequest(owner)).Is(HttpStatusCode.Created);
        var refused = await Claim(giver, await service.GivenRequest(owner));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(TimeSpan.FromHours(24), refused.Headers.RetryAfter!.Delta);
    }

    private static Task<HttpResponseMessage> Claim(Person giver, Guid request) =>
        giver.Post($"/api/requests/{request}/claims", new { units = 1 });
}
