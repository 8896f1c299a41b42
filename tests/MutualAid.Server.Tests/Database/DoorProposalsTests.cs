using Dapper;
using MutualAid.Server.Tests.Matches;

namespace MutualAid.Server.Tests.Database;

public sealed class DoorProposalsTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private DateTimeOffset Now => service.Clock.GetUtcNow();

    [Fact]
    public async Task a_giver_with_two_offers_is_asked_for_one_trip_and_once_for_a_request_also_in_one_array()
    {
        var giver = await service.NewPerson();
        var owner = await service.NewPerson();
        var one = await service.GivenOffer(giver);
        var two = await service.GivenOffer(giver);
        var requests = new[]
        {
            await service.GivenRequest(owner),
            await service.GivenRequest(owner),
            await service.GivenRequest(owner),
        };
        var trip = Guid.CreateVersion7();
        var outcomes = await Propose(
            (requests[0], one, trip),
            (requests[0], one, trip), // the same pair again: a unique index would have failed the whole round
            (requests[0], two, trip),
            (requests[1], two, Guid.CreateVersion7()),
            (requests[2], two, trip)
        );
        Assert.Equal(["done", "askedBefore", "askedBefore", "busy", "done"], outcomes);
        await service.InvariantsHold();
    }

    [Fact]
    public async Task two_who_propose_to_one_giver_at_the_same_moment_give_one_trip()
    {
        for (int round = 0; round < 30; round++)
        {
            var giver = await service.NewPerson();
            var owner = await service.NewPerson();
            var offers = new[] { await service.GivenOffer(giver), await service.GivenOffer(giver) };
            var requests = new[] { await service.GivenRequest(owner), await service.GivenRequest(owner) };
            var outcomes = await Task.WhenAll(
                service.Propose(Guid.CreateVersion7(), offers[0], requests[0], 1),
                service.Propose(Guid.CreateVersion7(), offers[1], requests[1], 1)
            );
            Assert.Single(outcomes, outcome => outcome == "done");
        }
        await service.InvariantsHold();
    }

    [Theory]
    [InlineData("declined", false)]
    [InlineData("lapsed", true)]
    [InlineData("failed", true)]
    [InlineData("withdrawn", false)] // sent away by the receiver
    public async Task a_pair_that_came_to_nothing_rests(string state, bool onlyForHours)
    {
        var scene = await Scene.InState(service, state);
        Assert.Equal(
            "askedBefore",
            await service.Propose(Guid.CreateVersion7(), scene.Offer, scene.Request, 1)
        );
        await service.Look<int>(
            "update match set ended_at = ended_at - interval '13 hours' where id = @Id",
            new { scene.Id }
        );
        Assert.Equal(
            onlyForHours ? "done" : "askedBefore",
            await service.Propose(Guid.CreateVersion7(), scene.Offer, scene.Request, 1)
        );
    }

    [Fact]
    public async Task a_proposal_that_was_taken_back_by_the_service_may_be_made_again()
    {
        var scene = await Scene.Proposed(service);
        await scene.Step(service, "withdraw", "system");
        Assert.Equal("done", await service.Propose(Guid.CreateVersion7(), scene.Offer, scene.Request, 1));
    }

    [Fact]
    public async Task one_time_offers_are_never_proposed()
    {
        var giver = await service.NewPerson();
        var request = await service.GivenRequest(await service.NewPerson());
        await giver
            .Post($"/api/requests/{request}/claims", new { units = 1 })
            .Is(System.Net.HttpStatusCode.Created);
        var offer = await service.Look<Guid>("select id from offer where account_id = @Id", new { giver.Id });
        Assert.Equal("offerClosed", await service.Propose(Guid.CreateVersion7(), offer, request, 1));
    }

    [Fact]
    public async Task offers_that_close_while_they_are_being_proposed_keep_no_proposal()
    {
        for (int round = 0; round < 30; round++)
        {
            var owner = await service.NewPerson();
            var offers = new List<Guid>();
            var proposing = new List<Task>();
            for (int i = 0; i < 4; i++)
            {
                var offer = await service.GivenOffer(await service.NewPerson());
                offers.Add(offer);
                var request = await service.GivenRequest(owner);
                proposing.Add(Task.Run(() => service.Propose(Guid.CreateVersion7(), offer, request, 1)));
            }
            await Task.WhenAll([.. proposing, Task.Run(() => Close(offers))]);
        }
        await service.InvariantsHold();
    }

    private async Task Close(List<Guid> offers)
    {
        await using var connection = await service.Open();
        await connection.QueryAsync<Guid>(
            "select * from offer_close(@Now, @offers, 'paused', 'offerPaused')",
            new { Now, offers = offers.ToArray() }
        );
    }

    private async Task<IEnumerable<string>> Propose(params (Guid Request, Guid Offer, Guid Trip)[] asked)
    {
        await using var connection = await service.Open();
        return await connection.QueryAsync<string>(
            "select outcome from match_propose(@Now, null, 'team', @ids, @requests, @offers, @units, @trips, null)",
            new
            {
                Now,
                ids = asked.Select(_ => Guid.CreateVersion7()).ToArray(),
                requests = asked.Select(item => item.Request).ToArray(),
                offers = asked.Select(item => item.Offer).ToArray(),
                units = asked.Select(_ => 1).ToArray(),
                trips = asked.Select(item => item.Trip).ToArray(),
            }
        );
    }
}
