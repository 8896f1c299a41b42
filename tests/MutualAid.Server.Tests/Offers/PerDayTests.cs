using System.Net;

namespace MutualAid.Server.Tests.Offers;

public sealed class PerDayTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task each_local_date_has_its_own_units_and_a_match_keeps_its_day()
    {
        var giver = await service.NewPerson();
        var owner = await service.NewPerson();
        await service.GivenTrusted(giver);
        var offer = await service.GivenOffer(giver, capacity: null, perDay: 5);
        var request = await service.GivenRequest(owner, quantity: 30, expiresIn: TimeSpan.FromDays(9));

        var monday = await Claim(4).Is(HttpStatusCode.Created);
        await Claim(2).IsProblem(409, "offerUsedUp");

        // 17:00 UTC is midnight in Hà Nội: the next local date begins.
        await service.Clock.Set(new DateTimeOffset(2026, 11, 23, 16, 59, 0, TimeSpan.Zero));
        Assert.Equal("2026-11-23", (await Claim(1).Is(HttpStatusCode.Created)).Text("day"));
        await service.Clock.Set(new DateTimeOffset(2026, 11, 23, 17, 0, 0, TimeSpan.Zero));
        var tuesday = await Claim(5).Is(HttpStatusCode.Created);
        Assert.Equal("2026-11-24", tuesday.Text("day"));

        // Monday's match goes on on Tuesday and gives back to Monday: Tuesday has none the more.
        await giver.Post($"/api/matches/{monday.Id()}/delivered", new { units = 1 }).Is(HttpStatusCode.OK);
        await Claim(1).IsProblem(409, "offerUsedUp");
        Assert.Equal(
            "2026-11-23 (3,0,1,1), 2026-11-24 (0,0,5,0)",
            await service.Look<string>(
                "select string_agg(day || ' ' || row(free, held, promised, given)::text, ', ' order by day) from offer_day where offer_id = @offer",
                new { offer }
            )
        );
        await giver
            .Post($"/api/matches/{tuesday.Id()}/withdraw", new { reason = "plansChanged" })
            .Is(HttpStatusCode.OK);
        await Claim(5).Is(HttpStatusCode.Created);
        await service.InvariantsHold();

        Task<HttpResponseMessage> Claim(int units) =>
            giver.Post($"/api/requests/{request}/claims", new { units, offerId = offer });
    }
}
