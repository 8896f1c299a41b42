using System.Net;

namespace MutualAid.Server.Tests.Matches;

public sealed class ClaimTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task what_cannot_be_claimed_says_why()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        var request = await service.GivenRequest(owner, quantity: 4);
        var whole = await service.GivenRequest(owner, quantity: 4, divisible: false);
        var elsewhere = await service.GivenOffer(giver, lon: 106.7, lat: 10.77);
        var medicine = await service.GivenOffer(giver, category: "medicine");
        var few = await service.GivenOffer(giver, capacity: 2);
        var ended = await service.GivenOffer(giver);
        await giver.Post($"/api/offers/{ended}/withdraw").Is(HttpStatusCode.OK);
        var others = await service.GivenOffer(owner);
        Task<HttpResponseMessage> Claim(object body, Guid? of = null) =>
            giver.Post($"/api/requests/{of ?? request}/claims", body);

        await Claim(new { }).IsProblem(400, "invalid");
        await Claim(new { units = 0 }).IsProblem(400, "invalid");
        await Claim(new { units = 1_000_000_000 }).IsProblem(400, "invalid");
        await Claim(new { units = 1 }, Guid.NewGuid()).IsProblem(404, "notFound");
        await owner.Post($"/api/requests/{request}/claims", new { units = 1 }).IsProblem(422, "ownRequest");
        Assert.Equal(4, (await Claim(new { units = 5 }).IsProblem(409, "taken")).Number("left"));
        Assert.Equal(4, (await Claim(new { units = 3 }, whole).IsProblem(422, "indivisible")).Number("left"));
        await Claim(new { units = 1, offerId = elsewhere }).IsProblem(422, "crossRoot");
        await Claim(new { units = 1, offerId = medicine }).IsProblem(422, "otherCategory");
        await Claim(new { units = 1, offerId = ended }).IsProblem(409, "offerClosed");
        var absent = await Claim(new { units = 1, offerId = others }).IsProblem(400, "invalid");
        Assert.NotNull(absent["errors"]!["offerId"]);
        var usedUp = await Claim(new { units = 3, offerId = few }).IsProblem(409, "offerUsedUp");
        Assert.Equal((4, 2), (usedUp.Number("left"), usedUp.Number("free")));

        Assert.Equal(
            "(4,0,0)",
            await service.Look<string>(
                "select row(unmet, promised, delivered)::text from request where id = @request",
                new { request }
            )
        );
        await service.InvariantsHold();
    }

    [Fact]
    public async Task hidden_blocked_ended_and_expired_requests_are_not_claimed()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        var now = service.Clock.GetUtcNow();
        var hidden = await service.GivenRequest(owner);
        await service.Look<int>("select 1 from request_hide(@now, @hidden, true)", new { now, hidden });
        await giver.Post($"/api/requests/{hidden}/claims", new { units = 1 }).IsProblem(404, "notFound");

        var ended = await service.GivenRequest(owner);
        await service.Look<Guid>(
            "select * from request_end(@now, array[@ended], 'withdrawn', 'x')",
            new { now, ended }
        );
        await giver.Post($"/api/requests/{ended}/claims", new { units = 1 }).IsProblem(409, "requestEnded");

        var expired = await service.GivenRequest(owner);
        await service.Look<int>(
            "update request set created_at = @past, expires_at = @now where id = @expired",
            new
            {
                now,
                past = now.AddDays(-3),
                expired,
            }
        );
        await giver.Post($"/api/requests/{expired}/claims", new { units = 1 }).IsProblem(409, "requestEnded");

        // Nobody is told that they are blocked: it is as if the request were not there.
        var request = await service.GivenRequest(owner);
        await service.Look<int>(
            "insert into block (account_id, blocked_account_id, created_at) values (@owner, @giver, @now)",
            new
            {
                owner = owner.Id,
                giver = giver.Id,
                now,
            }
        );
        await giver.Post($"/api/requests/{request}/claims", new { units = 1 }).IsProblem(404, "notFound");
    }

    [Fact]
    public async Task a_suspended_giver_claims_nothing()
    {
        var request = await service.GivenRequest(await service.NewPerson());
        var giver = await service.NewPerson();
        await service.Look<int>(
            "update account set suspended_at = @now where id = @Id",
            new { now = service.Clock.GetUtcNow(), giver.Id }
        );
        await giver.Post($"/api/requests/{request}/claims", new { units = 1 }).IsProblem(403, "suspended");
    }

    [Fact]
    public async Task the_same_key_makes_one_match_and_answers_twice()
    {
        var request = await service.GivenRequest(await service.NewPerson());
        var giver = await service.NewPerson();
        async Task<HttpResponseMessage> Claim(int units)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, $"/api/requests/{request}/claims")
            {
                Content = System.Net.Http.Json.JsonContent.Create(new { units }),
            };
            message.Headers.Add("Idempotency-Key", "one");
            return await giver.Http.SendAsync(message);
        }
        var first = await Claim(2).Is(HttpStatusCode.Created);
        var second = await Claim(2).Is(HttpStatusCode.Created);
        Assert.Equal(first.Id(), second.Id());
        await Claim(3).IsProblem(422, "keyReused");
        Assert.Equal(
            1L,
            await service.Look<long>(
                "select count(*) from match where request_id = @request",
                new { request }
            )
        );
    }

    [Fact]
    public async Task a_claim_from_a_standing_offer_takes_its_units_of_the_day()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        var offer = await service.GivenOffer(giver, capacity: null, perDay: 5);
        var request = await service.GivenRequest(owner, quantity: 9);
        var claim = await giver
            .Post($"/api/requests/{request}/claims", new { units = 4, offerId = offer })
            .Is(HttpStatusCode.Created);
        Assert.Equal("2026-11-23", claim.Text("day"));
        Assert.True(claim.Number("distance") is > 0 and < 1000);
        var left = await giver
            .Post($"/api/requests/{request}/claims", new { units = 2, offerId = offer })
            .IsProblem(409, "offerUsedUp");
        Assert.Equal(1, left.Number("free"));
        await service.InvariantsHold();
    }

    [Fact]
    public async Task a_claim_shrinks_what_others_were_asked_for()
    {
        var scene = await Scene.Proposed(service);
        var other = await service.NewPerson();
        await other
            .Post($"/api/requests/{scene.Request}/claims", new { units = 4 })
            .Is(HttpStatusCode.Created);
        var asked = await scene.Giver.Get($"/api/matches/{scene.Id}").Is(HttpStatusCode.OK);
        Assert.Equal(("proposed", 1), (asked.Text("status"), asked.Number("units")));
        await service.InvariantsHold();

        var third = await service.NewPerson();
        await third
            .Post($"/api/requests/{scene.Request}/claims", new { units = 1 })
            .Is(HttpStatusCode.Created);
        var late = await scene.Giver.Post($"/api/matches/{scene.Id}/accept").IsProblem(409, "filled");
        Assert.Equal(("withdrawn", 0), (late.Text("state"), late.Number("left")));
        await service.InvariantsHold();
    }
}
