using System.Net;
using MutualAid.Server.Tests.Matching;
using MutualAid.Server.Tests.Requests;

namespace MutualAid.Server.Tests.Pooler;

/// <summary>
/// The whole way through a pooler, on a database where nobody else waits. Seen to fail when the settings do not go ahead
/// (<c>Pooler.Sent</c> giving the bare text), and with automatic preparation left on.
/// </summary>
public sealed class PooledJourneyTests(PooledFixture service) : IClassFixture<PooledFixture>
{
    [Fact]
    public async Task a_need_goes_from_its_post_to_the_door_through_a_pooler_and_whoever_watches_is_told()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        var posted = await owner.Posted();
        string path = $"/api/requests/{posted.Id()}";
        using var everybody = await EventStream.Open(service.Anonymous, path);
        Assert.Equal(4, (await everybody.Next()).Data.Number("unmet"));
        await giver.Post("/api/offers", Offer()).Is(HttpStatusCode.Created);

        await service.Round();
        var asked = (await giver.Get("/api/matches?side=giver&status=proposed").Is(HttpStatusCode.OK))[
            "items"
        ]![0]!;
        await giver.Post($"/api/matches/{asked.Id()}/accept").Is(HttpStatusCode.OK);
        Assert.Equal("matched", (await everybody.Next()).Data.Text("status"));
        await giver.Get($"/api/matches/{asked.Id()}/contact").Is(HttpStatusCode.OK);
        await giver.Post($"/api/matches/{asked.Id()}/on-the-way").Is(HttpStatusCode.OK);
        string code = (await owner.Get($"/api/matches/{asked.Id()}").Is(HttpStatusCode.OK)).Text(
            "handOverCode"
        );
        var done = await giver
            .Post($"/api/matches/{asked.Id()}/delivered", new { code })
            .Is(HttpStatusCode.OK);

        Assert.Equal("confirmed", done.Text("status"));
        Assert.Equal("fulfilled", (await owner.Get(path).Is(HttpStatusCode.OK)).Text("status"));
        await service.Anonymous.ReadAt($"/api/areas/{Places.Province}/summary");
        await service.InvariantsHold();
    }

    private static object Offer() =>
        new
        {
            category = "food",
            capacity = 20,
            location = new { type = "Point", coordinates = new[] { Posting.Lon, Posting.Lat } },
            reach = 3000,
        };
}
