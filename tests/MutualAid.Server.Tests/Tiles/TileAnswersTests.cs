using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests.Web;

namespace MutualAid.Server.Tests.Tiles;

/// <summary>How tiles are asked for and kept, and what describes them.</summary>
public sealed class TileAnswersTests(TileAnswersTests.BehindProxy service)
    : IClassFixture<TileAnswersTests.BehindProxy>
{
    [Fact]
    public async Task who_has_a_tile_is_told_so_until_it_changes()
    {
        await service.GivenRequest(await service.NewPerson(), lon: 105.87, lat: 21.05);
        const string Address = "/tiles/requests/0/0/0.mvt";
        using var first = await service.Anonymous.GetAsync(Address);
        Assert.Equal("application/vnd.mapbox-vector-tile", $"{first.Content.Headers.ContentType}");
        Assert.Equal("public, max-age=30", $"{first.Headers.CacheControl}");
        Assert.Equal("*", first.Headers.GetValues("Access-Control-Allow-Origin").Single());
        string tag = first.Headers.ETag!.Tag;
        using (var held = await Held(Address, tag))
        {
            Assert.Equal(HttpStatusCode.NotModified, held.StatusCode);
            Assert.Empty(await held.Content.ReadAsByteArrayAsync());
            Assert.Equal(tag, held.Headers.ETag!.Tag);
        }
        await service.GivenRequest(await service.NewPerson(), lon: 105.87, lat: 21.05);
        using var changed = await Held(Address, tag);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.NotEqual(tag, changed.Headers.ETag!.Tag);
        // Answers to somebody signed in are kept by nobody.
        using var own = await (await service.NewPerson()).Http.GetAsync(Address);
        Assert.Equal("no-store", $"{own.Headers.CacheControl}");
    }

    [Fact]
    public async Task a_tile_is_packed_for_who_can_unpack_it()
    {
        for (int i = 0; i < 30; i++)
            await service.GivenRequest(await service.NewPerson(), lon: 105.811, lat: 21.002 + i * 0.0005);
        var (x, y, _, _) = TileReading.Tile(14, 105.811, 21.006);
        using var ask = new HttpRequestMessage(HttpMethod.Get, $"/tiles/requests/14/{x}/{y}.mvt");
        ask.Headers.AcceptEncoding.ParseAdd("gzip");
        using var packed = await service.Anonymous.SendAsync(ask);
        Assert.Equal("gzip", Assert.Single(packed.Content.Headers.ContentEncoding));
        await using var unpacked = new GZipStream(
            await packed.Content.ReadAsStreamAsync(),
            CompressionMode.Decompress
        );
        using var whole = new MemoryStream();
        await unpacked.CopyToAsync(whole);
        Assert.Equal(
            await service.Anonymous.GetByteArrayAsync($"/tiles/requests/14/{x}/{y}.mvt"),
            whole.ToArray()
        );
    }

    [Theory]
    [InlineData("/tiles/requests/19/0/0.mvt", "z")]
    [InlineData("/tiles/requests/-1/0/0.mvt", "z")]
    [InlineData("/tiles/requests/1.5/0/0.mvt", "z")]
    [InlineData("/tiles/requests/z/0/0.mvt", "z")]
    [InlineData("/tiles/requests/99999999999999999999/0/0.mvt", "z")]
    [InlineData("/tiles/requests/3/8/0.mvt", "x")]
    [InlineData("/tiles/requests/3/-1/0.mvt", "x")]
    [InlineData("/tiles/requests/3/%20/0.mvt", "x")]
    [InlineData("/tiles/requests/3/0/8.mvt", "y")]
    [InlineData("/tiles/requests/3/0/1e1.mvt", "y")]
    [InlineData("/tiles/requests/3/0/..mvt", "y")]
    [InlineData("/tiles/requests/18/262144/0.mvt", "x")]
    [InlineData("/tiles/requests/0/0/0.mvt?since=now", "since")]
    [InlineData("/tiles/requests.json?since=now", "since")]
    [InlineData("/tiles/style.json?since=now", "since")]
    public async Task a_tile_that_cannot_be_is_refused_by_name(string address, string field)
    {
        var problem = await service.Anonymous.GetAsync(address).IsProblem(400, "invalid");
        Assert.NotNull(problem["errors"]![field]);
    }

    [Theory]
    [InlineData("/tiles/people/0/0/0.mvt")]
    [InlineData("/tiles/Requests/0/0/0.mvt")]
    [InlineData("/tiles/people.json")]
    [InlineData("/tiles/requests/0/0/0.png")]
    [InlineData("/tiles/requests/0/0.mvt")]
    public async Task there_is_no_such_layer(string address) =>
        await service.Anonymous.GetAsync(address).IsProblem(404, "notFound");

    [Fact]
    public async Task tilejson_describes_each_layer_with_addresses_as_the_reader_came()
    {
        foreach (string layer in new[] { "requests", "offers", "areas" })
        {
            var told = await Told($"/tiles/{layer}.json", proxied: false);
            Assert.Equal("3.0.0", told.Text("tilejson"));
            Assert.Equal("xyz", told.Text("scheme"));
            Assert.Equal((0, 18), ((int)told["minzoom"]!, (int)told["maxzoom"]!));
            Assert.Equal(
                $"{service.Address}tiles/{layer}/{{z}}/{{x}}/{{y}}.mvt",
                (string?)told["tiles"]!.AsArray().Single()
            );
            double[] bounds = [.. told["bounds"]!.AsArray().Select(edge => (double)edge!)];
            Assert.Equal([105.80, 10.70, 106.80, 21.06], bounds.Select(edge => Math.Round(edge, 6)));
            var vector = told["vector_layers"]!.AsArray().Single()!;
            Assert.Equal(layer, vector.Text("id"));
            // What features carry is told, all of it.
            var carried = (await service.Features(layer, 0, 0, 0)).SelectMany(one => one.Properties.Keys);
            Assert.Empty(carried.Except(vector["fields"]!.AsObject().Select(field => field.Key)));
        }
        var proxied = await Told("/tiles/areas.json", proxied: true);
        Assert.Equal("https://giupnhau.example/tiles/areas/{z}/{x}/{y}.mvt", (string?)proxied["tiles"]![0]);
        var style = await Told("/tiles/style.json", proxied: true);
        Assert.Equal("https://giupnhau.example/tiles/offers.json", style["sources"]!["offers"]!.Text("url"));
        // Nothing that a picture needs comes from elsewhere.
        Assert.Null(style["glyphs"]);
        Assert.Null(style["sprite"]);
    }

    private async Task<JsonNode> Told(string address, bool proxied)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, address);
        if (proxied)
        {
            ask.Headers.Add("X-Forwarded-Proto", "https");
            ask.Headers.Add("X-Forwarded-Host", "giupnhau.example");
        }
        return await service.Anonymous.SendAsync(ask).Is(HttpStatusCode.OK);
    }

    private async Task<HttpResponseMessage> Held(string address, string tag)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Get, address);
        ask.Headers.TryAddWithoutValidation("If-None-Match", tag);
        return await service.Anonymous.SendAsync(ask);
    }

    public sealed class BehindProxy(Cluster cluster) : ServiceFixture(cluster)
    {
        protected override Settings Configure(Settings settings) =>
            settings with
            {
                TrustedProxies = [IPAddress.Loopback],
            };
    }
}
