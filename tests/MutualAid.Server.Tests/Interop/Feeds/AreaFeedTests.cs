using System.Globalization;
using System.Net;
using System.Xml;
using System.Xml.Linq;

namespace MutualAid.Server.Tests.Interop.Feeds;

/// <summary>The needs of an area as an Atom feed.</summary>
public sealed class AreaFeedTests(AreaFeedTests.BehindProxy service)
    : IClassFixture<AreaFeedTests.BehindProxy>
{
    private static readonly XNamespace Atom = "http://www.w3.org/2005/Atom";
    private static readonly XNamespace GeoRss = "http://www.georss.org/georss";

    [Fact]
    public async Task it_is_atom_with_all_that_the_standard_asks_for_and_points_by_latitude_first()
    {
        var owner = await service.NewPerson("Bà Tư");
        var need = await service.GivenRequest(owner, lon: 106.70, lat: 10.77);
        await service.Look<int>(
            "update request set public_note = 'sữa <b>&\"gạo\"' where id = @need",
            new { need }
        );
        var (answer, feed) = await Read(Places.OtherWard);
        Assert.Equal("application/atom+xml", answer.Content.Headers.ContentType!.MediaType);
        Assert.True(answer.Headers.CacheControl!.MaxAge <= TimeSpan.FromSeconds(60));
        Assert.Equal(Atom + "feed", feed.Name);
        Assert.Equal("en", (string?)feed.Attribute(XNamespace.Xml + "lang"));
        Assert.Equal($"tag:localhost,2026:areas/{Places.OtherWard}", (string?)feed.Element(Atom + "id"));
        Assert.Equal("Help needed in Phường Khác", (string?)feed.Element(Atom + "title"));
        Assert.NotNull(feed.Element(Atom + "author")!.Element(Atom + "name"));
        Time(feed.Element(Atom + "updated"));
        var entry = Assert.Single(feed.Elements(Atom + "entry"));
        Assert.Equal($"tag:localhost,2026:requests/{need}", (string?)entry.Element(Atom + "id"));
        Assert.Equal("Food: 4 parcels · Phường Khác", (string?)entry.Element(Atom + "title"));
        Assert.Equal(service.Clock.GetUtcNow(), Time(entry.Element(Atom + "updated")));
        Assert.Equal("Urgent. sữa <b>&\"gạo\"", (string?)entry.Element(Atom + "summary"));
        Assert.Equal("food", (string?)entry.Element(Atom + "category")!.Attribute("term"));
        double[] point =
        [
            .. entry
                .Element(GeoRss + "point")!
                .Value.Split(' ')
                .Select(part => double.Parse(part, CultureInfo.InvariantCulture)),
        ];
        Assert.InRange(point[0], 10.765, 10.775);
        Assert.InRange(point[1], 106.695, 106.705);
        string text = feed.ToString();
        foreach (
            string secret in new[] { "Bà Tư", owner.Phone[3..], "ngõ 3", "cửa sau", "cho bé", $"{owner.Id}" }
        )
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        var (_, vietnamese) = await Read(Places.OtherWard, ("Accept-Language", "vi"));
        Assert.Equal("vi", (string?)vietnamese.Attribute(XNamespace.Xml + "lang"));
        Assert.Equal("Cần giúp ở Phường Khác", (string?)vietnamese.Element(Atom + "title"));
    }

    [Fact]
    public async Task its_links_are_whole_addresses_by_which_the_reader_came()
    {
        var need = await service.GivenRequest(await service.NewPerson(), lon: 105.81, lat: 21.01);
        var (_, feed) = await Read(
            Places.SouthWest,
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "giup.example.vn")
        );
        Assert.Equal(
            (
                "https://giup.example.vn/feeds/areas/" + Places.SouthWest + ".atom",
                $"https://giup.example.vn/?ward={Places.SouthWest}"
            ),
            (Link(feed, "self"), Link(feed, "alternate"))
        );
        var entry = feed.Elements(Atom + "entry").First();
        Assert.Equal($"https://giup.example.vn/requests/{need}", Link(entry, "alternate"));
        // By whichever address it is read, a thing has one name.
        Assert.Equal($"tag:localhost,2026:requests/{need}", (string?)entry.Element(Atom + "id"));
        var (_, direct) = await Read(Places.SouthWest);
        Assert.StartsWith($"{service.Address}feeds/", Link(direct, "self"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task what_is_held_is_not_sent_again_and_what_is_over_is_gone()
    {
        var owner = await service.NewPerson();
        var need = await service.GivenRequest(owner, lon: 105.81, lat: 21.05);
        string path = $"/feeds/areas/{Places.NorthWest}.atom";
        using var first = await service.Anonymous.GetAsync(path);
        string tag = first.Headers.ETag!.ToString();
        Assert.Contains($"{need}", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await service.Clock.Advance(TimeSpan.FromMinutes(1));
        using var again = await Send(path, ("If-None-Match", tag));
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(tag, again.Headers.ETag!.ToString());
        Assert.Empty(await again.Content.ReadAsByteArrayAsync());
        await owner.Post($"/api/requests/{need}/withdraw", new { reason = "có rồi" }).Is(HttpStatusCode.OK);
        using var after = await Send(path, ("If-None-Match", tag));
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        Assert.DoesNotContain($"{need}", await after.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_newest_hundred_stand_first_and_below_the_ward_stands_nothing()
    {
        var owner = await service.NewPerson();
        var needs = new List<Guid>();
        for (int i = 0; i < 103; i++)
        {
            needs.Add(
                await service.GivenRequest(
                    owner,
                    quantity: 1,
                    lon: i % 2 == 0 ? 105.87 : 105.88,
                    lat: i % 3 == 0 ? 21.01 : 21.05
                )
            );
            await service.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        var (_, feed) = await Read(Places.EastDistrict);
        Assert.Equal(
            needs.AsEnumerable().Reverse().Take(100).Select(id => $"tag:localhost,2026:requests/{id}"),
            feed.Elements(Atom + "entry").Select(entry => (string?)entry.Element(Atom + "id"))
        );
        Assert.Empty((await Read(Places.NorthWestGroupOne)).Feed.Elements(Atom + "entry"));
        await service.Anonymous.GetAsync($"/feeds/areas/{Guid.NewGuid()}.atom").IsProblem(404, "notFound");
        await service
            .Anonymous.GetAsync($"/feeds/areas/{Places.NorthWest}.atom?x=1")
            .IsProblem(400, "invalid");
    }

    [Fact]
    public async Task a_wards_page_names_its_feed()
    {
        using var visitor = await Visitor.Of(service, null);
        var page = await visitor.Get($"/?ward={Places.NorthWest}");
        Assert.Equal(
            $"/feeds/areas/{Places.NorthWest}.atom",
            page.Html.QuerySelector("head link[rel=alternate][type='application/atom+xml']")!
                .GetAttribute("href")
        );
        Assert.Null((await visitor.Get("/")).Html.QuerySelector("head link[rel=alternate]"));
    }

    private async Task<(HttpResponseMessage Answer, XElement Feed)> Read(
        Guid area,
        params (string Name, string Value)[] headers
    )
    {
        var answer = await Send($"/feeds/areas/{area}.atom", headers);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var xml = XmlReader.Create(
            await answer.Content.ReadAsStreamAsync(),
            new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit }
        );
        return (answer, XElement.Load(xml));
    }

    private async Task<HttpResponseMessage> Send(string path, params (string Name, string Value)[] headers)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var (name, value) in headers)
            message.Headers.TryAddWithoutValidation(name, value);
        return await service.Anonymous.SendAsync(message);
    }

    private static string? Link(XElement element, string relation) =>
        (string?)
            element
                .Elements(Atom + "link")
                .Single(link => (string?)link.Attribute("rel") == relation)
                .Attribute("href");

    private static DateTimeOffset Time(XElement? element) =>
        DateTimeOffset.ParseExact(
            element!.Value,
            "yyyy-MM-dd'T'HH:mm:ss'Z'",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal
        );

    public sealed class BehindProxy(Cluster cluster) : ServiceFixture(cluster)
    {
        protected override Settings Configure(Settings settings) =>
            settings with
            {
                TrustedProxies = [IPAddress.Loopback],
            };
    }
}
