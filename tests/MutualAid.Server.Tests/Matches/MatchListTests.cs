using System.Net;

namespace MutualAid.Server.Tests.Matches;

public sealed class MatchListTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task each_side_lists_its_own_matches_by_status()
    {
        var scene = await Scene.InState(service, "accepted");
        var own = await service.GivenRequest(scene.Giver);
        var asked = await service.GivenProposal(await service.GivenOffer(scene.Stranger), own, 2);
        async Task<Guid[]> List(Person person, string query) =>
            [
                .. (await person.Get($"/api/matches{query}").Is(HttpStatusCode.OK))["items"]!
                    .AsArray()
                    .Select(item => item!.Id()),
            ];

        Assert.Equal(new[] { asked, scene.Id }.Order(), (await List(scene.Giver, "")).Order());
        Assert.Equal([scene.Id], await List(scene.Giver, "?side=giver"));
        Assert.Equal([asked], await List(scene.Giver, "?side=receiver"));
        Assert.Equal([scene.Id], await List(scene.Giver, "?status=accepted,onTheWay"));
        Assert.Empty(await List(scene.Giver, "?side=giver&status=proposed"));
        Assert.Empty(await List(scene.Team, ""));
        var first = await scene.Giver.Get("/api/matches?limit=1").Is(HttpStatusCode.OK);
        var rest = await List(scene.Giver, first.Text("next")["/api/matches".Length..]);
        Assert.Equal(new[] { asked, scene.Id }.Order(), rest.Append(first["items"]![0]!.Id()).Order());
        var problem = await scene.Giver.Get("/api/matches?side=both&status=done").IsProblem(400, "invalid");
        Assert.Equal(2, problem["errors"]!.AsObject().Count);
    }

    [Fact]
    public async Task a_proposal_says_why_in_the_readers_language()
    {
        var scene = await Scene.Proposed(service);
        var english = await scene.Giver.Get($"/api/matches/{scene.Id}").Is(HttpStatusCode.OK);
        Assert.Equal(
            ("nearest", "Closest to you"),
            (english["reasons"]![0]!.Text("code"), english["reasons"]![0]!.Text("text"))
        );
        using var vietnamese = service.Client(scene.Giver.Token, "vi");
        var vi = await vietnamese.GetAsync($"/api/matches/{scene.Id}").Is(HttpStatusCode.OK);
        Assert.Equal("Gần bạn nhất", vi["reasons"]![0]!.Text("text"));
        Assert.NotNull(english["respondBy"]);
        Assert.True(english.Number("distance") > 0);
    }

    [Fact]
    public async Task a_match_is_there_for_its_two_sides_and_the_areas_team_only()
    {
        var scene = await Scene.InState(service, "accepted");
        Assert.Equal(
            "giver",
            (await scene.Giver.Get($"/api/matches/{scene.Id}").Is(HttpStatusCode.OK)).Text("side")
        );
        Assert.Equal(
            "receiver",
            (await scene.Receiver.Get($"/api/matches/{scene.Id}").Is(HttpStatusCode.OK)).Text("side")
        );
        Assert.Equal(
            "team",
            (await scene.Team.Get($"/api/matches/{scene.Id}").Is(HttpStatusCode.OK)).Text("side")
        );
        await scene.Stranger.Get($"/api/matches/{scene.Id}").IsProblem(404, "notFound");
        await service.Anonymous.GetAsync($"/api/matches/{scene.Id}").IsProblem(401, "signIn");
    }
}
