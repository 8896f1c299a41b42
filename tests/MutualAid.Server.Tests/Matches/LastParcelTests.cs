using System.Net;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Matches;

/// <summary>Two givers at the same moment, one parcel: through the front door, 200 times each way.</summary>
public sealed class LastParcelTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const int Rounds = 200;
    private const int Lanes = 4;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task the_last_parcel_has_one_winner(bool firstIsAsked, bool secondIsAsked)
    {
        await service.Look<int>("update setting set value = 1000000 where key like 'households_%'");
        await Task.WhenAll(
            Enumerable
                .Range(0, Lanes)
                .Select(async _ =>
                {
                    var owner = await service.NewPerson();
                    var first = await Giver();
                    var second = await Giver();
                    for (int round = 0; round < Rounds / Lanes; round++)
                    {
                        var request = await service.GivenRequest(owner, quantity: 1);
                        var one = await Act(first, request, firstIsAsked);
                        var other = await Act(second, request, secondIsAsked);
                        var answers = await Task.WhenAll(one(), other());
                        Assert.Single(answers, answer => answer.IsSuccessStatusCode);
                        var lost = answers.Single(answer => !answer.IsSuccessStatusCode);
                        Assert.Equal(HttpStatusCode.Conflict, lost.StatusCode);
                        var problem = JsonNode.Parse(await lost.Content.ReadAsStringAsync())!;
                        Assert.Contains(
                            problem.Text("type"),
                            new[] { "/problems/taken", "/problems/filled" }
                        );
                        Assert.Equal(0, problem.Number("left"));
                        // Both free for the next round.
                        await service.Look<int>(
                            """
                            select count(*) from withdraw_matches(@now, array(select id from match where request_id = @request
                              and status in ('proposed', 'accepted')), 'round over')
                            """,
                            new { now = service.Clock.GetUtcNow(), request }
                        );
                    }
                })
        );
        await service.InvariantsHold();
    }

    private async Task<(Person Person, Guid Offer)> Giver()
    {
        var giver = await service.NewPerson();
        await service.GivenTrusted(giver);
        return (giver, await service.GivenOffer(giver, capacity: 100_000));
    }

    private async Task<Func<Task<HttpResponseMessage>>> Act(
        (Person Person, Guid Offer) giver,
        Guid request,
        bool asked
    )
    {
        if (!asked)
            return () =>
                giver.Person.Post(
                    $"/api/requests/{request}/claims",
                    new { units = 1, offerId = giver.Offer }
                );
        var match = await service.GivenProposal(giver.Offer, request, 1);
        return () => giver.Person.Post($"/api/matches/{match}/accept");
    }
}
