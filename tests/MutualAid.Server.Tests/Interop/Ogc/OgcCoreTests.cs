using System.Net;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Interop.Ogc;

/// <summary>The abstract tests of OGC API Features, Part 1 (17-069r3, Annex A), each under the requirement that it tests.</summary>
public sealed class OgcCoreTests(OgcWorld world) : IClassFixture<OgcWorld>
{
    [Fact, Trait("requirement", "/req/core/root-op, root-success")]
    public async Task the_landing_page_leads_to_the_definition_the_conformance_and_the_data()
    {
        var landing = await world.Get("");
        foreach (
            string rel in new[] { "service-desc", "service-doc", "conformance", "data", "self", "alternate" }
        )
            Assert.StartsWith(world.Address + "ogc", (string)OgcWorld.Link(landing, rel)["href"]!);
        Assert.NotEmpty((string)landing["title"]!);
        using var definition = await world.Anonymous.GetAsync(
            (string)OgcWorld.Link(landing, "service-desc")["href"]!
        );
        Assert.Equal(
            "application/vnd.oai.openapi+json;version=3.0",
            definition.Content.Headers.ContentType!.ToString().Replace("; ", ";", StringComparison.Ordinal)
        );
        using var document = await world.Anonymous.GetAsync(
            (string)OgcWorld.Link(landing, "service-doc")["href"]!
        );
        Assert.Equal("text/html", document.Content.Headers.ContentType!.MediaType);
    }

    [Fact, Trait("requirement", "/req/core/conformance-op, conformance-success")]
    public async Task the_conformance_names_the_classes()
    {
        var classes = (await world.Get("/conformance"))["conformsTo"]!
            .AsArray()
            .Select(one => (string)one!)
            .ToList();
        string[] must =
        [
            "ogcapi-features-1/1.0/conf/core",
            "ogcapi-features-1/1.0/conf/geojson",
            "ogcapi-features-1/1.0/conf/html",
            "ogcapi-features-1/1.0/conf/oas30",
            "ogcapi-features-2/1.0/conf/crs",
            "ogcapi-features-3/1.0/conf/filter",
            "ogcapi-features-3/1.0/conf/queryables",
            "cql2/1.0/conf/cql2-text",
            "cql2/1.0/conf/cql2-json",
            "cql2/1.0/conf/accent-insensitive-comparison",
        ];
        Assert.All(must, one => Assert.Contains($"http://www.opengis.net/spec/{one}", classes));
    }

    [
        Fact,
        Trait(
            "requirement",
            "/req/oas30/oas-definition-1, oas-definition-2, oas-impl, completeness, exceptions-codes"
        )
    ]
    public async Task the_definition_is_openapi_3_and_every_path_of_it_answers()
    {
        var api = await world.Get("/api");
        Assert.StartsWith("3.0", (string)api["openapi"]!);
        Assert.Equal($"{world.Address}ogc", (string)api["servers"]![0]!["url"]!);
        Assert.Equal(4 + 4 * OgcWorld.Collections.Length, api["paths"]!.AsObject().Count);
        var parameters = api["components"]!["parameters"]!.AsObject();
        foreach (var (path, item) in api["paths"]!.AsObject())
        {
            var get = item!["get"]!;
            Assert.All(["200", "400", "404", "default"], status => Assert.NotNull(get["responses"]![status]));
            foreach (var parameter in get["parameters"]!.AsArray())
                Assert.True(
                    parameter!["$ref"] is not { } reference
                        || parameters.ContainsKey(((string)reference!).Split('/')[^1])
                );
            string collection = path.Split('/').ElementAtOrDefault(2) ?? "";
            string asked = path.Contains('{', StringComparison.Ordinal)
                ? path.Replace("{featureId}", $"{await Some(collection)}", StringComparison.Ordinal)
                : path;
            using var answer = await world.Ask(asked == "/" ? "" : asked);
            Assert.True(answer.IsSuccessStatusCode, $"{asked} {answer.StatusCode}");
            Assert.Contains(
                answer.Content.Headers.ContentType!.MediaType!,
                get["responses"]!["200"]!["content"]!.AsObject().Select(one => one.Key.Split(';')[0])
            );
        }
    }

    [Theory, Trait("requirement", "/req/core/query-param-unknown, query-param-invalid, http")]
    [InlineData("?unknownQueryParameter=unlimited", "unknownQueryParameter")]
    [InlineData("/conformance?unknownQueryParameter=unlimited", "unknownQueryParameter")]
    [InlineData("/api?unknownQueryParameter=unlimited", "unknownQueryParameter")]
    [InlineData("/collections?unknownQueryParameter=unlimited", "unknownQueryParameter")]
    [InlineData("/collections/requests?unknownQueryParameter=unlimited", "unknownQueryParameter")]
    [InlineData("/collections/requests/queryables?limit=3", "limit")]
    [InlineData("/collections/requests/items?unknownQueryParameter=unlimited", "unknownQueryParameter")]
    [InlineData("/collections/requests/items?address=1", "address")]
    [InlineData("/collections/requests/items?geometry=POINT(1 1)", "geometry")]
    [InlineData("/collections/requests/items?limit=unlimited", "limit")]
    [InlineData("/collections/requests/items?limit=0", "limit")]
    [InlineData("/collections/requests/items?limit=-1", "limit")]
    [InlineData("/collections/requests/items?limit=1.5", "limit")]
    [InlineData("/collections/requests/items?limit=", "limit")]
    [InlineData("/collections/requests/items?limit=1&limit=2", "limit")]
    [InlineData("/collections/requests/items?bbox=1,2,3", "bbox")]
    [InlineData("/collections/requests/items?bbox=1,2,3,4,5", "bbox")]
    [InlineData("/collections/requests/items?bbox=a,b,c,d", "bbox")]
    [InlineData("/collections/requests/items?bbox=1,4,3,2", "bbox")]
    [InlineData("/collections/requests/items?bbox=NaN,4,3,2", "bbox")]
    [InlineData("/collections/requests/items?bbox=1e999,4,3,5", "bbox")]
    [InlineData("/collections/requests/items?bbox=181,4,182,5", "bbox")]
    [InlineData("/collections/requests/items?bbox=1,4,3,91", "bbox")]
    [InlineData("/collections/requests/items?bbox=1,2,9,3,4,8", "bbox")]
    [InlineData("/collections/requests/items?bbox=1,2,3,4&bbox-crs=EPSG:4326", "bbox-crs")]
    [InlineData("/collections/requests/items?crs=http://www.opengis.net/def/crs/EPSG/0/999999", "crs")]
    [InlineData("/collections/requests/items?datetime=yesterday", "datetime")]
    [InlineData("/collections/requests/items?datetime=2026-13-01T00:00:00Z", "datetime")]
    [InlineData("/collections/requests/items?datetime=/", "datetime")]
    [InlineData("/collections/requests/items?datetime=..", "datetime")]
    [InlineData("/collections/requests/items?datetime=2026-02-01T00:00:00Z/2026-01-01T00:00:00Z", "datetime")]
    [InlineData("/collections/requests/items?datetime=2026-01-01/2026-01-02/2026-01-03", "datetime")]
    [InlineData("/collections/requests/items?quantity=many", "quantity")]
    [InlineData("/collections/requests/items?verified=perhaps", "verified")]
    [InlineData("/collections/requests/items?areaId=here", "areaId")]
    [InlineData("/collections/requests/items?cursor=none", "cursor")]
    [InlineData("/collections/requests/items?f=xml", "f")]
    [InlineData("/collections/requests/items?filter-lang=sql", "filter-lang")]
    [InlineData("/collections/requests/items?filter-crs=EPSG:4326&filter=unmet%3E1", "filter-crs")]
    [InlineData("/collections/areas/items?unmet=1", "unmet")]
    public async Task what_is_unknown_or_malformed_is_refused_by_name(string path, string field)
    {
        var problem = await world.Ask(path).IsProblem(400, "invalid");
        Assert.NotNull(problem["errors"]![field]);
    }

    [Theory, Trait("requirement", "/req/core/http")]
    [InlineData("/collections/people")]
    [InlineData("/collections/people/items")]
    [InlineData("/collections/people/queryables")]
    [InlineData("/collections/requests/items/1")]
    [InlineData("/collections/requests/items/01900000-0000-7000-8000-00000000dead")]
    public async Task what_is_not_there_is_404(string path) =>
        await world.Ask(path).IsProblem(404, "notFound");

    [
        Fact,
        Trait(
            "requirement",
            "/req/core/fc-md-op, fc-md-success, fc-md-links, fc-md-items, fc-md-items-links, fc-md-extent, sfc-md-op, sfc-md-success"
        )
    ]
    public async Task every_collection_is_described_with_its_links_and_extent_in_the_list_and_alone()
    {
        var list = await world.Get("/collections");
        Assert.NotNull(OgcWorld.Link(list, "self", "application/json"));
        Assert.NotNull(OgcWorld.Link(list, "alternate", "text/html"));
        Assert.Equal(OgcWorld.Collections, list["collections"]!.AsArray().Select(one => (string)one!["id"]!));
        foreach (var one in list["collections"]!.AsArray())
        {
            string id = (string)one!["id"]!;
            var alone = await world.Get($"/collections/{id}");
            foreach (var description in new[] { one, alone })
            {
                Assert.Equal(
                    $"{world.Address}ogc/collections/{id}/items",
                    (string)OgcWorld.Link(description, "items", OgcWorld.Geo)["href"]!
                );
                Assert.NotNull(OgcWorld.Link(description, "items", "text/html"));
                Assert.NotNull(
                    OgcWorld.Link(description, "http://www.opengis.net/def/rel/ogc/1.0/queryables")
                );
                Assert.All(description["links"]!.AsArray(), link => Assert.NotNull(link!["type"]));
            }
            Assert.Equal(
                $"{one["title"]}{one["extent"]}{one["crs"]}",
                $"{alone["title"]}{alone["extent"]}{alone["crs"]}"
            );
            double[] box =
            [
                .. one["extent"]!["spatial"]!["bbox"]![0]!.AsArray().Select(number => (double)number!),
            ];
            Assert.True(box[0] < box[2] && box[1] < box[3]);
            foreach (
                var feature in (await world.Get($"/collections/{id}/items"))["features"]!
                    .AsArray()
                    .Where(_ => id != "areas")
            )
            {
                var (lon, lat) = (
                    (double)feature!["geometry"]!["coordinates"]![0]!,
                    (double)feature["geometry"]!["coordinates"]![1]!
                );
                Assert.True(lon >= box[0] && lon <= box[2] && lat >= box[1] && lat <= box[3]);
            }
        }
    }

    [
        Fact,
        Trait(
            "requirement",
            "/req/core/fc-op, fc-response, fc-links, fc-rel-type, fc-timeStamp, fc-numberMatched, fc-numberReturned, crs84; /req/geojson/content"
        )
    ]
    public async Task items_are_geojson_with_their_numbers_time_and_links()
    {
        foreach (string collection in OgcWorld.Collections)
        {
            using var answer = await world.Ask($"/collections/{collection}/items");
            Assert.Equal(OgcWorld.Geo, answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal(
                "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>",
                answer.Headers.GetValues("Content-Crs").Single()
            );
            Assert.InRange(answer.Headers.CacheControl!.MaxAge!.Value.TotalSeconds, 1, 60);
            var items = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.Equal("FeatureCollection", (string)items["type"]!);
            Assert.Equal(
                world.Clock.GetUtcNow(),
                DateTimeOffset.Parse(
                    (string)items["timeStamp"]!,
                    System.Globalization.CultureInfo.InvariantCulture
                ),
                TimeSpan.FromMilliseconds(1)
            );
            int returned = items["features"]!.AsArray().Count;
            Assert.Equal(returned, (int)items["numberReturned"]!);
            Assert.Equal(returned, (int)items["numberMatched"]!);
            Assert.True(returned > 0, collection);
            Assert.All(
                items["links"]!.AsArray(),
                link => Assert.True(link!["rel"] is not null && link["type"] is not null)
            );
            Assert.Null(OgcWorld.LinkOrNone(items, "next"));
            Assert.Null(OgcWorld.LinkOrNone(items, "prev"));
            var self = await world
                .Anonymous.GetAsync((string)OgcWorld.Link(items, "self", OgcWorld.Geo)["href"]!)
                .Is(HttpStatusCode.OK);
            Assert.Equal(OgcWorld.IdsOf(items), OgcWorld.IdsOf(self));
            using var page = await world.Anonymous.GetAsync(
                (string)OgcWorld.Link(items, "alternate", "text/html")["href"]!
            );
            Assert.Equal("text/html", page.Content.Headers.ContentType!.MediaType);
        }
    }

    [Fact, Trait("requirement", "/req/core/fc-limit-definition, fc-limit-response-1")]
    public async Task a_page_has_as_many_as_the_limit_at_most_and_a_limit_too_high_is_taken_down_silently()
    {
        foreach (int limit in new[] { 1, 2, 5, 12, 100, 1_000, 1_000_000 })
        {
            var items = await world.Get($"/collections/requests/items?limit={limit}");
            Assert.Equal(Math.Min(limit, 12), items["features"]!.AsArray().Count);
            Assert.Equal(12, (int)items["numberMatched"]!);
            Assert.Equal(limit < 12, OgcWorld.LinkOrNone(items, "next") is not null);
        }
    }

    [Theory, Trait("requirement", "/rec/core/fc-next-1, fc-next-2, fc-prev")]
    [InlineData("requests", 5, "")]
    [InlineData("requests", 1, "&category=food")]
    [InlineData("areas", 3, "")]
    [InlineData("offers", 2, "&crs=http://www.opengis.net/def/crs/EPSG/0/3857")]
    [InlineData("coverage-gaps", 2, "&bbox=100,5,110,25")]
    [InlineData("requests", 4, "&filter=unmet%3E1&f=json")]
    public async Task turning_the_pages_visits_each_feature_once_forwards_and_back(
        string collection,
        int limit,
        string more
    )
    {
        var all = OgcWorld.IdsOf(await world.Get($"/collections/{collection}/items?limit=1000{more}"));
        var seen = new List<Guid>();
        var pages = new List<Guid[]>();
        string? address = $"{world.Address}ogc/collections/{collection}/items?limit={limit}{more}",
            last = null;
        while (address is not null)
        {
            var items = await world.Anonymous.GetAsync(address).Is(HttpStatusCode.OK);
            Assert.Equal(all.Length, (int)items["numberMatched"]!);
            seen.AddRange(OgcWorld.IdsOf(items));
            pages.Add(OgcWorld.IdsOf(items));
            last = address;
            address = (string?)OgcWorld.LinkOrNone(items, "next")?["href"];
        }
        Assert.Equal(all, seen);
        Assert.Equal(all.Order(), seen.Distinct().Order());
        for (int at = pages.Count - 1; at >= 0; at--)
        {
            var items = await world.Anonymous.GetAsync(last!).Is(HttpStatusCode.OK);
            Assert.Equal(pages[at], OgcWorld.IdsOf(items));
            last = (string?)OgcWorld.LinkOrNone(items, "prev")?["href"];
            Assert.Equal(at > 0, last is not null);
        }
    }

    [Fact, Trait("requirement", "/req/core/fc-bbox-definition, fc-bbox-response")]
    public async Task a_box_has_what_stands_in_it_with_or_without_heights()
    {
        var all = (await world.Get("/collections/requests/items"))["features"]!.AsArray();
        foreach (
            var (west, south, east, north) in new[]
            {
                (105.8, 21.0, 105.9, 21.06),
                (105.85, 21.0, 105.9, 21.03),
                (106.6, 10.0, 107.0, 11.0),
                (0.0, 0.0, 1.0, 1.0),
            }
        )
        {
            var inside = all.Where(feature =>
                    (double)feature!["geometry"]!["coordinates"]![0]! is var lon
                    && (double)feature["geometry"]!["coordinates"]![1]! is var lat
                    && lon >= west
                    && lon <= east
                    && lat >= south
                    && lat <= north
                )
                .Select(feature => feature!.Id());
            foreach (
                string box in new[]
                {
                    $"{west},{south},{east},{north}",
                    $"{west},{south},-5,{east},{north},9",
                }
            )
                Assert.Equal(
                    inside,
                    OgcWorld.IdsOf(
                        await world.Get(
                            FormattableString.Invariant($"/collections/requests/items?bbox={box}")
                        )
                    )
                );
        }
        // An area counts when any of it is inside.
        Assert.Contains(
            Places.NorthWest,
            OgcWorld.IdsOf(await world.Get("/collections/areas/items?bbox=105.84,21.05,105.88,21.055"))
        );
        Assert.DoesNotContain(
            Places.SouthWest,
            OgcWorld.IdsOf(await world.Get("/collections/areas/items?bbox=105.84,21.05,105.88,21.055"))
        );
    }

    [Fact, Trait("requirement", "/req/core/fc-bbox-response")]
    public async Task a_box_may_lie_over_the_antimeridian()
    {
        // From east of Viet Nam round the Earth to its west: nothing; to its middle: what is west of there.
        Assert.Empty(OgcWorld.IdsOf(await world.Get("/collections/requests/items?bbox=110,0,100,30")));
        Assert.Equal(
            10,
            OgcWorld.IdsOf(await world.Get("/collections/requests/items?bbox=170,0,106,30")).Length
        );
        Assert.Equal(
            [world.Southern, world.Ids[10]],
            OgcWorld.IdsOf(await world.Get("/collections/requests/items?bbox=106.6,0,-170,30"))
        );
        Assert.Equal(
            [world.Southern, world.Ids[10]],
            OgcWorld.IdsOf(
                await world.Get(
                    "/collections/requests/items?filter="
                        + Uri.EscapeDataString("S_INTERSECTS(geometry, BBOX(106.6,0,-170,30))")
                )
            )
        );
    }

    [Fact, Trait("requirement", "/req/core/fc-time-definition, fc-time-response")]
    public async Task times_are_instants_spans_and_spans_without_an_end()
    {
        var at = (await world.Get("/collections/requests/items"))["features"]!
            .AsArray()
            .Select(feature => (Id: feature!.Id(), At: (string)feature!["properties"]!["createdAt"]!))
            .ToList();
        async Task<Guid[]> Asked(string datetime) =>
            OgcWorld.IdsOf(
                await world.Get($"/collections/requests/items?datetime={Uri.EscapeDataString(datetime)}")
            );
        Assert.Equal([at[3].Id], await Asked(at[3].At));
        Assert.Equal(at[2..6].Select(one => one.Id), await Asked($"{at[2].At}/{at[5].At}"));
        foreach (string open in new[] { "..", "" })
        {
            Assert.Equal(at[..5].Select(one => one.Id), await Asked($"{open}/{at[4].At}"));
            Assert.Equal(at[7..].Select(one => one.Id), await Asked($"{at[7].At}/{open}"));
        }
        Assert.Equal(at.Select(one => one.Id), await Asked("../.."));
        string day = at[4].At[..10];
        Assert.Equal(
            at.Where(one => one.At.StartsWith(day, StringComparison.Ordinal)).Select(one => one.Id),
            await Asked(day)
        );
        Assert.Empty(await Asked("1999-01-01T00:00:00Z"));
        // What has no time of its own is there at all times.
        Assert.NotEmpty(
            OgcWorld.IdsOf(await world.Get("/collections/areas/items?datetime=1999-01-01T00:00:00Z"))
        );
    }

    [Fact, Trait("requirement", "/req/core/f-op, f-success, f-links")]
    public async Task a_feature_stands_alone_as_it_stands_in_the_list()
    {
        foreach (string collection in OgcWorld.Collections)
        foreach (
            var feature in (await world.Get($"/collections/{collection}/items?limit=3"))[
                "features"
            ]!.AsArray()
        )
        {
            using var answer = await world.Ask($"/collections/{collection}/items/{feature!["id"]}");
            Assert.Equal(OgcWorld.Geo, answer.Content.Headers.ContentType!.MediaType);
            var alone = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.All(["self", "alternate", "collection"], rel => Assert.NotNull(OgcWorld.Link(alone, rel)));
            alone.AsObject().Remove("links");
            Assert.Equal(feature.ToJsonString(), alone.ToJsonString());
        }
    }

    [Theory, Trait("requirement", "/req/html/definition, content")]
    [InlineData("")]
    [InlineData("/conformance")]
    [InlineData("/api")]
    [InlineData("/collections")]
    [InlineData("/collections/areas")]
    [InlineData("/collections/areas/queryables")]
    [InlineData("/collections/requests/items?limit=2")]
    public async Task a_browser_gets_a_page_that_links_on(string path)
    {
        using var answer = await world.Ask(path, "text/html");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        var page = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(
            await answer.Content.ReadAsStringAsync()
        );
        foreach (var link in page.QuerySelectorAll("main a[href]"))
        {
            using var there = await world.Anonymous.GetAsync(link.GetAttribute("href"));
            Assert.True(there.IsSuccessStatusCode, $"{path}: {link.GetAttribute("href")} {there.StatusCode}");
        }
        if (path.Contains("limit", StringComparison.Ordinal))
        {
            var next = page.QuerySelector("a[rel=next]")!;
            Assert.Contains("cursor=", next.GetAttribute("href"));
            var second = new AngleSharp.Html.Parser.HtmlParser().ParseDocument(
                await world.Anonymous.GetStringAsync(next.GetAttribute("href"))
            );
            Assert.NotNull(second.QuerySelector("a[rel=prev]"));
        }
    }

    [Fact, Trait("requirement", "/req/queryables/get, /req/queryables-query-parameters/parameters")]
    public async Task every_queryable_is_a_property_and_can_be_asked_by_in_the_address()
    {
        foreach (string collection in OgcWorld.Collections)
        {
            var queryables = await world.Get($"/collections/{collection}/queryables");
            Assert.Equal("object", (string)queryables["type"]!);
            Assert.Equal("primary-geometry", (string)queryables["properties"]!["geometry"]!["x-ogc-role"]!);
            var features = (await world.Get($"/collections/{collection}/items"))["features"]!.AsArray();
            var first = features[0]!;
            foreach (
                var (name, _) in queryables["properties"]!.AsObject().Where(one => one.Key != "geometry")
            )
            {
                string? value = name == "id" ? (string)first["id"]! : first["properties"]![name]?.ToString();
                if (value is null)
                    continue;
                var found = OgcWorld.IdsOf(
                    await world.Get($"/collections/{collection}/items?{name}={Uri.EscapeDataString(value)}")
                );
                Assert.Equal(
                    features
                        .Where(one =>
                            (name == "id" ? one!["id"] : one!["properties"]![name])?.ToString() == value
                        )
                        .Select(one => one!.Id()),
                    found
                );
            }
        }
    }

    private async Task<Guid> Some(string collection) =>
        OgcWorld.IdsOf(await world.Get($"/collections/{collection}/items?limit=1"))[0];
}
