using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests.Privacy;
using MutualAid.Server.Tests.Requests;

namespace MutualAid.Server.Tests.Interop;

/// <summary>One need, wherever it can be read: the same facts everywhere, an edit seen everywhere, and its end everywhere at once.</summary>
public sealed class OneNeedTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly (double Lon, double Lat) First = (105.8712, 21.0148);
    private static readonly (double Lon, double Lat) Second = (105.8623, 21.0447);

    [Theory]
    [InlineData("food", false)]
    [InlineData("medicine", true)]
    public async Task a_need_is_the_same_everywhere_and_gone_everywhere(string category, bool hide)
    {
        var owner = await service.NewPerson();
        var team = await service.NewPerson("Tổ", ("teamLead", Places.EastDistrict));
        string link = await Follow();
        var posted = await owner.Posted(
            Posting.Body(
                body =>
                {
                    body["publicNote"] = "có bé nhỏ";
                    body["note"] = "chó dữ";
                },
                First.Lon,
                First.Lat,
                category
            )
        );
        var id = posted.Id();
        var facts = new Facts
        {
            Quantity = 4,
            Unmet = 4,
            Category = category,
            Urgency = "urgent",
            Status = "open",
            Note = "có bé nhỏ",
            Area = "Phường Hoà Bình",
            Place = Cell.Of(First.Lon, First.Lat).Centre,
        };
        var before = Surface.Open(id, Places.SouthEast, category, facts.Place.Value).ToList();
        Assert.True(before.Count >= 17);
        await Everywhere(before, facts, owner);
        await OfTeam(team, id, Places.SouthEast, facts);
        var (told, next) = await Since(link, id);
        Assert.Equal((4, "urgent"), (told!.Number("Quantity"), told!.Text("Urgency")));

        await Edit(
            owner,
            id,
            new
            {
                quantity = 6,
                urgency = "soon",
                publicNote = "cả nhà ho",
                location = new { type = "Point", coordinates = new[] { Second.Lon, Second.Lat } },
            }
        );
        facts = facts with
        {
            Quantity = 6,
            Unmet = 6,
            Urgency = "soon",
            Note = "cả nhà ho",
            Area = "Phường Sông",
            Place = Cell.Of(Second.Lon, Second.Lat).Centre,
        };
        var after = Surface.Open(id, Places.NorthEast, category, facts.Place.Value).ToList();
        await Everywhere(after, facts, owner);
        await OfTeam(team, id, Places.NorthEast, facts);
        // Where it was it is no more, and what names it by its id alone tells where it is now.
        foreach (
            var surface in before.Where(surface => !surface.Path.Contains($"{id}", StringComparison.Ordinal))
        )
            if (!surface.Path.StartsWith("/open311/", StringComparison.Ordinal))
                Assert.True(await Read(service.Anonymous, surface) is null, surface.Path);
        (told, next) = await Since(next, id);
        Assert.Equal((6, "soon"), (told!.Number("Quantity"), told!.Text("Urgency")));

        // Some of it is promised: fewer units are unmet everywhere, of as many.
        var giver = await service.NewPerson();
        await giver.Post($"/api/requests/{id}/claims", new { units = 2 }).Is(HttpStatusCode.Created);
        facts = facts with { Unmet = 4 };
        await Everywhere(after, facts, owner);
        (told, next) = await Since(next, id);
        Assert.Equal((6, 4, 2), (told!.Number("Quantity"), told!.Number("Unmet"), told!.Number("Promised")));

        if (hide)
            await service.Look<int>(
                "select 1 from request_hide(@now, @id, true)",
                new { now = service.Clock.GetUtcNow(), id }
            );
        else
            await owner.Post($"/api/requests/{id}/withdraw", new { reason = "đã có" }).Is(HttpStatusCode.OK);
        foreach (var reader in new[] { service.Anonymous, (await service.NewPerson()).Http })
        foreach (var surface in before.Concat(after))
            Assert.True(await Read(reader, surface) is null, surface.Path);
        foreach (string path in before.Concat(after).Select(one => one.Path).Where(ById))
            using (var answer = await service.Anonymous.GetAsync(path))
                Assert.True(answer.StatusCode == HttpStatusCode.NotFound, path);
        using (var page = await service.Anonymous.GetAsync($"/requests/{id}"))
            Assert.Equal(HttpStatusCode.NotFound, page.StatusCode);
        (told, next) = await Since(next, id);
        Assert.Equal("changed", told!["@removed"]!.Text("reason"));

        // What is over or hidden changes unseen.
        if (hide)
        {
            await Edit(owner, id, new { quantity = 5, publicNote = "khác" });
            (told, next) = await Since(next, id);
            Assert.Null(told);
            await service.Look<int>(
                "select 1 from request_hide(@now, @id, false)",
                new { now = service.Clock.GetUtcNow(), id }
            );
            await Everywhere(after, facts with { Quantity = 5, Unmet = 5, Note = "khác" }, owner);
            (told, _) = await Since(next, id);
            Assert.Equal(5, told!.Number("Quantity"));
        }
    }

    private static bool ById(string path) =>
        path.Contains("/requests/", StringComparison.Ordinal) && !path.Contains('?', StringComparison.Ordinal)
            ? !path.StartsWith("/tiles/", StringComparison.Ordinal)
                && !path.EndsWith(".geojson", StringComparison.Ordinal)
            : path.StartsWith("/odata/Requests(", StringComparison.Ordinal);

    // Read by anybody, and by somebody signed in: the same, but for how long it may be kept.
    private async Task Everywhere(IEnumerable<Surface> surfaces, Facts facts, Person owner)
    {
        var somebody = await service.NewPerson();
        foreach (var surface in surfaces)
        {
            foreach (var reader in new[] { service.Anonymous, somebody.Http, owner.Http })
            {
                var told = await Read(reader, surface);
                Assert.True(told is not null, $"not at {surface.Path}");
                Compare(surface, facts, told);
            }
        }
    }

    private static async Task OfTeam(Person team, Guid id, Guid ward, Facts facts)
    {
        foreach (var surface in Surface.OfTeam(id, ward))
        {
            var told = await Read(team.Http, surface);
            Assert.True(told is not null, $"not at {surface.Path}");
            Compare(surface, facts, told);
        }
    }

    private static void Compare(Surface surface, Facts facts, Facts told)
    {
        void Same<T>(string fact, T? one, T? other)
        {
            if (other is not null)
                Assert.True(Equals(one, other), $"{surface.Path}: {fact} is {other}, not {one}");
        }
        Same("quantity", facts.Quantity, told.Quantity);
        Same("unmet", facts.Unmet, told.Unmet);
        Same("category", facts.Category, told.Category);
        Same("urgency", facts.Urgency, told.Urgency);
        Same("status", facts.Status, told.Status);
        Same("note", facts.Note, told.Note);
        Same("area", facts.Area, told.Area);
        if (told.Place is not { } at)
            return;
        double off = Math.Max(
            Math.Abs(at.Lon - facts.Place!.Value.Lon),
            Math.Abs(at.Lat - facts.Place.Value.Lat)
        );
        // Six digits are a tenth of a metre.
        Assert.True(off <= told.Blur + 1e-6, $"{surface.Path}: {at}, not {facts.Place}");
    }

    private static async Task<Facts?> Read(HttpClient reader, Surface surface)
    {
        using var answer = await reader.GetAsync(surface.Path);
        byte[] body = await answer.Content.ReadAsByteArrayAsync();
        if (answer.StatusCode is HttpStatusCode.NotFound)
            return null;
        Assert.True(answer.IsSuccessStatusCode, $"{surface.Path}: {answer.StatusCode}");
        var kept = answer.Headers.CacheControl!;
        if (reader.DefaultRequestHeaders.Authorization is null)
            Assert.True(
                kept.NoStore || kept.MaxAge <= TimeSpan.FromSeconds(60),
                $"{surface.Path} may be kept: {kept}"
            );
        else
            Assert.True(kept.NoStore, $"{surface.Path} may be kept of somebody signed in: {kept}");
        return surface.Read(body);
    }

    private static async Task Edit(Person owner, Guid id, object body)
    {
        using var message = new HttpRequestMessage(HttpMethod.Patch, $"/api/requests/{id}")
        {
            Content = JsonContent.Create(body),
        };
        message.Headers.TryAddWithoutValidation("If-Match", "*");
        await owner.Http.SendAsync(message).Is(HttpStatusCode.OK);
    }

    private async Task<string> Follow()
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, "/odata/Requests");
        ask.Headers.Add("Prefer", "odata.track-changes");
        return (await service.Anonymous.SendAsync(ask).Is(HttpStatusCode.OK)).Text("@odata.deltaLink");
    }

    // What is told of this need since, if anything.
    private async Task<(JsonNode? Told, string Next)> Since(string link, Guid id)
    {
        using var answer = await service.Anonymous.GetAsync(link);
        Assert.True(
            answer.Headers.CacheControl!.NoStore
                || answer.Headers.CacheControl.MaxAge <= TimeSpan.FromSeconds(60)
        );
        var delta = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return (
            delta["value"]!.AsArray().SingleOrDefault(row => row!.Text("Id") == $"{id}"),
            delta.Text("@odata.deltaLink")
        );
    }
}
