using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using MutualAid.Server.Tests.Tiles;

namespace MutualAid.Server.Tests.Privacy;

/// <summary>
/// Who follows the public's changes, or holds a tag, is told of nothing private: in one of two worlds people correct an
/// address, move within their cell, rewrite a note; and all that is answered about changes stays the same.
/// </summary>
public sealed partial class PlacePrivacyDeltaTests(Cluster cluster)
{
    private static readonly string[] Followed =
    [
        "Requests",
        "Requests?$filter=Category eq 'food'&$select=Id,Unmet,People&$count=true",
        "Requests?$filter=geo.distance(Location,geography'POINT(105.825 21.03)') lt 400",
        "Requests?$compute=geo.distance(Location,geography'POINT(105.82 21.04)') as Metres&$select=Id,Metres",
        "Offers",
        "Offers?$filter=Reach gt 500&$select=Id,Free,PerDay",
    ];

    /// <summary>Seen to fail of offers before what changed in them was compared.</summary>
    [Fact]
    public async Task who_follows_is_told_of_no_private_change_and_of_a_public_one_alike()
    {
        await using var here = await Started();
        await using var there = await Started();
        var world = new PrivateWorld(here);
        await world.Make(() => (0.5, 0.5));
        var other = new PrivateWorld(there);
        await other.Make(() => (0.2, 0.7), world);
        foreach (var each in new[] { world, other })
            await each.Somebody("minh").Post($"/api/offers/{each["offer 3"]}/pause").Is(HttpStatusCode.OK);
        var (links, otherLinks) = (await Follow(world), await Follow(other));
        Assert.Equal(links.Select(link => link.Told), otherLinks.Select(link => link.Told));
        var held = await Tags(world);
        Assert.Equal(held, await Tags(other));
        Assert.True(held.Count > 12, "hardly anything has a tag");
        string counts = await Counts(world);

        await ChangeInPrivate(other);

        Assert.Equal(held, await Tags(other));
        Assert.Equal(counts, await Counts(other));
        foreach (var (path, tag) in held)
        {
            using var ask = new HttpRequestMessage(HttpMethod.Get, path);
            ask.Headers.TryAddWithoutValidation("If-None-Match", tag);
            ask.Headers.Host = "ward.test";
            using var answer = await there.Anonymous.SendAsync(ask);
            Assert.True(answer.StatusCode == HttpStatusCode.NotModified, $"{path} is {answer.StatusCode}");
        }
        foreach (var (one, two) in links.Zip(otherLinks))
        {
            Assert.Empty(Rows(await Answer(there, two.Link)));
            Assert.Equal(Told(await Answer(here, one.Link)), Told(await Answer(there, two.Link)));
        }

        foreach (var each in new[] { world, other })
            await ChangeInPublic(each);
        int entries = 0;
        foreach (var (one, two) in links.Zip(otherLinks))
        {
            string told = await Answer(here, one.Link);
            Assert.Equal(Told(told), Told(await Answer(there, two.Link)));
            Assert.NotEmpty(Rows(told));
            entries += Rows(told).Count;
        }
        Assert.True(entries > 12, $"{entries} entries");
        Assert.NotEqual(held, await Tags(other));
        Assert.Equal(await Tags(world), await Tags(other));
        Assert.NotEqual(counts, await Counts(other));
        Assert.Equal(await Counts(world), await Counts(other));
    }

    // Of each owner and giver something that nobody but they, their team and whom they accepted may read.
    private static async Task ChangeInPrivate(PrivateWorld world)
    {
        var centre = PrivateWorld.Crossed;
        await Patch(
            world,
            "an",
            $"/api/requests/{world["need 1"]}",
            new
            {
                address = "7 ngõ khác",
                note = "chó dữ",
                location = Point(centre, 0.9, 0.1),
            }
        );
        await Patch(
            world,
            "binh",
            $"/api/requests/{world["need 2"]}",
            new { location = Point(PrivateWorld.BetweenRoots, 0.05, 0.95) }
        );
        await Patch(world, "dung", $"/api/requests/{world["need 5"]}", new { note = "bấm chuông hai lần" });
        // What the public does not see may change in any way.
        await Patch(
            world,
            "hoa",
            $"/api/requests/{world["need 8 (hidden)"]}",
            new
            {
                people = 7,
                publicNote = "khác",
                location = Point(centre.Further(6), 0.5, 0.5),
            }
        );
        await Patch(
            world,
            "khanh",
            $"/api/offers/{world["offer 1"]}",
            new { location = Point(centre.Further(4), 0.1, 0.8), note = "để ở cổng" }
        );
        await Patch(
            world,
            "minh",
            $"/api/offers/{world["offer 3"]}",
            new { reach = 1700, location = Point(PrivateWorld.BetweenRoots.Further(3), 0.5, 0.5) }
        );
        await Patch(world, "oanh", "/api/me", new { name = "Oanh khác" });
    }

    private static async Task ChangeInPublic(PrivateWorld world)
    {
        await Patch(world, "an", $"/api/requests/{world["need 1"]}", new { people = 9, note = "chung" });
        await Patch(world, "binh", $"/api/requests/{world["need 2"]}", new { quantity = 3 });
        await world
            .Somebody("chi")
            .Post($"/api/requests/{world["need 4"]}/withdraw", new { reason = "đã có" })
            .Is(HttpStatusCode.OK);
        await world.Service.Look<int>(
            "select 1 from request_hide(@now, @id, true)",
            new { now = world.Service.Clock.GetUtcNow(), id = world["need 6"] }
        );
        await Patch(world, "khanh", $"/api/offers/{world["offer 1"]}", new { reach = 1234 });
        await world.Somebody("nga").Post($"/api/offers/{world["offer 4"]}/pause").Is(HttpStatusCode.OK);
        await Patch(
            world,
            "lan",
            $"/api/offers/{world["offer 2"]}",
            new { location = Point(PrivateWorld.Crossed.Further(-7), 0.5, 0.5) }
        );
    }

    private sealed record Following(string Told, string Link);

    private static async Task<List<Following>> Follow(PrivateWorld world)
    {
        var links = new List<Following>();
        foreach (string query in Followed)
        {
            string told = await Seen.Answer(
                world.Service.Anonymous,
                Call.Get($"/odata/{query}") with
                {
                    Header = ("Prefer", "odata.track-changes"),
                }
            );
            Assert.Contains("Preference-Applied: track-changes", told, StringComparison.Ordinal);
            links.Add(new Following(Told(told), Link().Match(told).Groups[1].Value));
        }
        return links;
    }

    private static Task<string> Answer(ServiceFixture service, string link) =>
        Seen.Answer(
            service.Anonymous,
            Call.Get(link.Replace("http://ward.test", "", StringComparison.Ordinal))
        );

    // The link itself is sealed, anew each time, and as long as the snapshot in it.
    private static string Told(string answer) => Drawn().Replace(answer, "–");

    private static JsonArray Rows(string answer) =>
        JsonNode.Parse(answer[answer.IndexOf("\n\n", StringComparison.Ordinal)..])!["value"]!.AsArray();

    /// <summary>The tags of all that has one.</summary>
    private static async Task<Dictionary<string, string>> Tags(PrivateWorld world)
    {
        var paths = world
            .Needs.SelectMany(need => new[] { $"/api/requests/{need}", $"/odata/Requests({need})" })
            .Concat(
                world.Offers.SelectMany(offer => new[] { $"/api/offers/{offer}", $"/odata/Offers({offer})" })
            )
            .Append($"/odata/Areas({Places.NorthWest})?$expand=Requests,Offers,LiveCounts")
            .Append($"/feeds/areas/{Places.Province}.atom")
            .Concat(
                from layer in new[] { "requests", "offers", "areas" }
                from zoom in new[] { 8, 12, 13, 15, 18 }
                let at = PrivateWorld.Crossed.Centre
                let tile = TileReading.Tile(zoom, at.Lon, at.Lat)
                select $"/tiles/{layer}/{zoom}/{tile.X}/{tile.Y}.mvt"
            );
        var tags = new Dictionary<string, string>();
        foreach (string path in paths)
        {
            using var ask = new HttpRequestMessage(HttpMethod.Get, path);
            ask.Headers.Host = "ward.test";
            using var answer = await world.Service.Anonymous.SendAsync(ask);
            if (answer.Headers.ETag is { } tag)
                tags[path] = $"{tag}";
        }
        return tags;
    }

    private static async Task<string> Counts(PrivateWorld world)
    {
        var told = new List<string>();
        foreach (
            string path in new[]
            {
                "/odata/Requests/$count",
                "/odata/Offers/$count?$filter=Reach gt 1200",
                "/odata/Requests?$count=true&$top=0&$filter=Area/Name eq 'Phường Đèn'",
                "/odata/LiveCounts",
                "/ogc/collections/requests/items?limit=1000",
                "/ogc/collections/offers/items?limit=1000",
                "/ogc/collections/coverage-gaps/items?limit=1000",
                $"/api/areas/{Places.Province}/counts.csv",
            }
        )
            told.Add(
                await Seen.Answer(
                    world.Service.Anonymous,
                    Call.Get(path) with
                    {
                        Drawn = "127\\.0\\.0\\.1:[0-9]+",
                    }
                )
            );
        return string.Join('\n', told);
    }

    private static async Task Patch(PrivateWorld world, string name, string path, object body)
    {
        using var message = new HttpRequestMessage(HttpMethod.Patch, path)
        {
            Content = JsonContent.Create(body),
        };
        message.Headers.TryAddWithoutValidation("If-Match", "*");
        await world.Somebody(name).Http.SendAsync(message).Is(HttpStatusCode.OK);
    }

    private static object Point(Cell cell, double east, double north)
    {
        var (lon, lat) = cell.At(east, north);
        return new { type = "Point", coordinates = new[] { lon, lat } };
    }

    private async Task<ServiceFixture> Started()
    {
        var service = new ServiceFixture(cluster);
        await service.InitializeAsync();
        return service;
    }

    [GeneratedRegex("\"@odata.deltaLink\":\"([^\"]*)\"")]
    private static partial Regex Link();

    [GeneratedRegex("\"@odata.deltaLink\":\"[^\"]*\"|Content-Length: [0-9]+")]
    private static partial Regex Drawn();
}
