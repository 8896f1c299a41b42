using System.Net;
using System.Net.Http.Json;
using MutualAid.Server.Accounts;

namespace MutualAid.Server.Tests.Accounts;

public sealed class BlockTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_block_ends_what_is_live_between_the_two_and_keeps_new_ones_from_beginning()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        var bystander = await service.NewPerson();
        var request = await service.GivenRequest(owner, quantity: 6);
        var offer = await service.GivenOffer(giver);
        var match = await service.GivenProposal(offer, request, 2);
        Assert.Equal("done", await service.Step(match, "accept", "giver", giver.Id, "111111"));
        var others = await service.GivenProposal(await service.GivenOffer(bystander), request, 1);

        await owner.Post("/api/blocks", new { matchId = match }).Is(HttpStatusCode.NoContent);
        Assert.Equal(
            "withdrawn blocked",
            await service.Look<string>(
                "select status || ' ' || end_reason from match where id = @match",
                new { match }
            )
        );
        Assert.Equal(
            "proposed",
            await service.Look<string>("select status from match where id = @others", new { others })
        );
        Assert.Equal(
            "6 20",
            await service.Look<string>(
                "select r.unmet || ' ' || o.free from request r, offer o where r.id = @request and o.id = @offer",
                new { request, offer }
            )
        );
        // Both ways: neither the one who was blocked nor a proposer brings them together again.
        var claim = await giver.Post($"/api/requests/{request}/claims", new { units = 1 });
        Assert.False(claim.IsSuccessStatusCode);
        await service.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal("blocked", await service.Propose(Guid.CreateVersion7(), offer, request, 1));

        var list = await owner.Get("/api/blocks").Is(HttpStatusCode.OK);
        var item = Assert.Single(list["items"]!.AsArray())!;
        Assert.Equal(match.ToString(), item.Text("matchId"));
        Assert.Null(item["accountId"]);
        Assert.DoesNotContain(giver.Id.ToString(), list.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_block_is_lifted_by_the_name_it_was_made_with()
    {
        var one = await service.NewPerson();
        var two = await service.NewPerson();
        await one.Post("/api/blocks", new { accountId = two.Id }).Is(HttpStatusCode.NoContent);
        await one.Post("/api/blocks", new { accountId = two.Id }).Is(HttpStatusCode.NoContent);
        Assert.Equal(1, await Count());
        using var lift = new HttpRequestMessage(HttpMethod.Delete, "/api/blocks")
        {
            Content = JsonContent.Create(new { accountId = two.Id }),
        };
        await one.Http.SendAsync(lift).Is(HttpStatusCode.NoContent);
        Assert.Equal(0, await Count());

        Task<int> Count() =>
            service.Look<int>("select count(*) from block where account_id = @Id", new { one.Id });
    }

    [Fact]
    public async Task nobody_blocks_by_the_match_of_others_nor_themselves()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        var stranger = await service.NewPerson();
        var match = await service.GivenProposal(
            await service.GivenOffer(giver),
            await service.GivenRequest(owner),
            1
        );
        await stranger.Post("/api/blocks", new { matchId = match }).IsProblem(400, "invalid");
        await stranger.Post("/api/blocks", new { matchId = Guid.NewGuid() }).IsProblem(400, "invalid");
        await stranger.Post("/api/blocks", new { accountId = stranger.Id }).IsProblem(400, "invalid");
        await stranger.Post("/api/blocks", new { }).IsProblem(400, "invalid");
        await stranger
            .Post("/api/blocks", new { accountId = owner.Id, matchId = match })
            .IsProblem(400, "invalid");
        await service
            .Anonymous.PostAsJsonAsync("/api/blocks", new { accountId = owner.Id })
            .IsProblem(401, "signIn");
    }

    [Fact]
    public async Task a_suspension_ends_all_live_matches_and_can_be_undone()
    {
        var giver = await service.NewPerson("Minh", ("teamMember", Places.NorthWest));
        var owner = await service.NewPerson();
        var request = await service.GivenRequest(owner);
        var offer = await service.GivenOffer(giver);
        var match = await service.GivenProposal(offer, request, 2);
        Assert.Equal("done", await service.Step(match, "accept", "giver", giver.Id, "111111"));
        await using var connection = await service.Open();
        await Standing.Suspend(connection, giver.Id, service.Clock.GetUtcNow(), CancellationToken.None);
        Assert.Equal(
            "withdrawn suspended",
            await service.Look<string>(
                "select status || ' ' || end_reason from match where id = @match",
                new { match }
            )
        );
        Assert.Equal(
            "offerClosed",
            await service.Propose(Guid.CreateVersion7(), offer, await service.GivenRequest(owner), 1)
        );
        Assert.Empty((await giver.Get("/api/me").Is(HttpStatusCode.OK))["roles"]!.AsArray());

        await Standing.Unsuspend(connection, giver.Id, CancellationToken.None);
        Assert.Single((await giver.Get("/api/me").Is(HttpStatusCode.OK))["roles"]!.AsArray());
        await service.GivenProposal(offer, await service.GivenRequest(owner), 1);
    }

    [Fact]
    public async Task what_somebody_suspended_asked_for_or_offered_is_seen_by_nobody_until_it_is_lifted()
    {
        var owner = await service.NewPerson();
        var shown = await service.GivenRequest(owner);
        var hidden = await service.GivenRequest(owner);
        var offer = await service.GivenOffer(owner);
        await service.Look<int>(
            "select 1 from request_hide(@now, @hidden, true)",
            new { now = service.Clock.GetUtcNow(), hidden }
        );
        await using var connection = await service.Open();
        await Standing.Suspend(connection, owner.Id, service.Clock.GetUtcNow(), CancellationToken.None);
        Assert.Equal((0, 0), await Public());
        // A team that shows one of them again does not show what is suspended.
        await service.Look<int>(
            "select 1 from request_hide(@now, @shown, false)",
            new { now = service.Clock.GetUtcNow(), shown }
        );
        Assert.Equal((0, 0), await Public());

        await Standing.Unsuspend(connection, owner.Id, CancellationToken.None);
        Assert.Equal((1, 1), await Public());
        await service.Anonymous.GetAsync($"/api/requests/{shown}").Is(HttpStatusCode.OK);
        await service.Anonymous.GetAsync($"/api/requests/{hidden}").Is(HttpStatusCode.NotFound);

        async Task<(int, int)> Public() =>
            (
                await service.Look<int>(
                    "select count(*)::int from public_request where id in (@shown, @hidden)",
                    new { shown, hidden }
                ),
                await service.Look<int>(
                    "select count(*)::int from public_offer where id = @offer",
                    new { offer }
                )
            );
    }
}
