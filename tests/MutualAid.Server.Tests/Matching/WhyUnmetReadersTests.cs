using System.Net;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests.Requests;

namespace MutualAid.Server.Tests.Matching;

/// <summary>Who reads why a need waits, and where.</summary>
public sealed class WhyUnmetReadersTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task the_owner_and_the_team_read_it_and_nobody_else()
    {
        var owner = await service.NewPerson();
        var need = await owner.Posted();
        string path = $"/api/requests/{need.Id()}";
        var team = await service.NewPerson(null, ("teamMember", Places.SouthEast));
        // No round has looked at what was posted a moment ago.
        Assert.Null(need["waiting"]);
        foreach (var reader in new[] { owner.Http, team.Http })
            Assert.Equal("noOffer", (await reader.ReadAt(path))["waiting"]!.Text("code"));

        var giver = await service.NewPerson();
        await giver.Post($"{path}/claims", new { units = 1 }).Is(HttpStatusCode.Created);
        Assert.NotNull((await giver.Http.ReadAt(path))["private"]);
        var elsewhere = await service.NewPerson(null, ("teamLead", Places.SouthWest));
        foreach (var reader in new[] { service.Anonymous, giver.Http, elsewhere.Http })
            Assert.DoesNotContain(
                "waiting",
                (await reader.ReadAt(path)).ToJsonString(),
                StringComparison.Ordinal
            );
        Assert.DoesNotContain(
            "waiting",
            (
                await service.Anonymous.ReadAt(
                    $"/api/requests/nearby?lon={Invariant(Posting.Lon)}&lat={Invariant(Posting.Lat)}"
                )
            ).ToJsonString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task a_list_tells_it_of_each_as_the_need_itself_does()
    {
        var owner = await service.NewPerson();
        var body = Posting.Body(category: "necessities");
        foreach (string category in new[] { "medicine", "medical-supplies" })
            body["needs"]!
                .AsArray()
                .Add(
                    new JsonObject
                    {
                        ["category"] = category,
                        ["quantity"] = 2,
                        ["urgency"] = "soon",
                    }
                );
        await owner.Posted(body);
        await service.GivenOffer(
            await service.NewPerson(),
            category: "medicine",
            lon: Posting.Lon,
            lat: Posting.Lat
        );
        var asked = await service.NewPerson();
        await service.GivenOffer(asked, category: "necessities", lon: Posting.Lon, lat: Posting.Lat);
        await service.Execute(
            "update offer set available_from = clock() + interval '1 hour' where category_id = 3"
        );
        await service.Round();

        var items = (await owner.Http.ReadAt("/api/requests/mine"))["items"]!.AsArray();
        var codes = items.ToDictionary(
            item => item!.Text("category"),
            item => item!["waiting"]!.Text("code")
        );
        Assert.Equal("asking", codes["necessities"]);
        Assert.Equal("allResting", codes["medicine"]);
        Assert.Equal("noOffer", codes["medical-supplies"]);
        foreach (var item in items)
            Assert.Equal(
                item!["waiting"]!.ToJsonString(),
                (await owner.Http.ReadAt($"/api/requests/{item.Id()}"))["waiting"]!.ToJsonString()
            );
    }

    [Theory]
    [InlineData("en", "Nobody offers this near here yet.")]
    [InlineData("vi", "Quanh đây chưa có ai góp thứ này.")]
    public async Task the_owners_pages_say_it_in_the_readers_language(string language, string sentence)
    {
        var owner = await service.NewPerson();
        var need = await owner.Posted(Posting.Body(category: "other"));
        using var reader = service.Client(owner.Token, language);
        foreach (string page in new[] { $"/requests/{need.Id()}", "/mine" })
        {
            string html = WebUtility.HtmlDecode(await reader.GetStringAsync(page));
            Assert.Contains(sentence, html, StringComparison.Ordinal);
        }
        Assert.DoesNotContain(
            sentence,
            WebUtility.HtmlDecode(
                await service.Client(null, language).GetStringAsync($"/requests/{need.Id()}")
            ),
            StringComparison.Ordinal
        );
    }

    private static string Invariant(double number) =>
        number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
