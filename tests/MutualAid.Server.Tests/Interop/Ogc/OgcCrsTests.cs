using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Interop.Ogc;

/// <summary>
/// The abstract tests of Part 2 (18-058, Annex A), and the order of axes by one asymmetric place, 106.70 E 10.77 N. The numbers
/// are PROJ's own (<c>cs2cs</c>), not PostGIS's.
/// </summary>
public sealed class OgcCrsTests(OgcWorld world) : IClassFixture<OgcWorld>
{
    private const string Epsg = "http://www.opengis.net/def/crs/EPSG/0/";
    private const string LonLat = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

    [
        Fact,
        Trait(
            "requirement",
            "/req/crs/crs-uri, fc-md-crs-list, fc-md-storageCrs, fc-md-storageCrs-valid-value, fc-md-crs-list-global"
        )
    ]
    public async Task every_collection_lists_its_systems_the_one_it_is_kept_in_among_them()
    {
        var list = await world.Get("/collections");
        foreach (var one in list["collections"]!.AsArray())
        {
            var systems = one!["crs"]!.AsArray().Select(crs => (string)crs!).ToList();
            Assert.Equal(LonLat, systems[0]);
            Assert.Equal(LonLat, (string)one["storageCrs"]!);
            Assert.All(
                ["4326", "3857", "32648", "9210", "3405", "2044"],
                code => Assert.Contains(Epsg + code, systems)
            );
            Assert.Equal(systems.Count, systems.Distinct().Count());
        }
    }

    [
        Theory,
        Trait(
            "requirement",
            "/req/crs/fc-crs-definition, fc-crs-action, ogc-crs-header, ogc-crs-header-value, geojson"
        )
    ]
    [MemberData(nameof(Axes))]
    public async Task coordinates_come_in_the_order_of_the_authority(
        string crs,
        Func<double, double, (double, double)> order
    )
    {
        var place = Coordinates(await world.Get($"/collections/requests/items/{world.Southern}"));
        using var answer = await world.Ask($"/collections/requests/items/{world.Southern}?crs={crs}");
        Assert.Equal($"<{crs}>", answer.Headers.GetValues("Content-Crs").Single());
        var (first, second) = order(place.First, place.Second);
        var got = Coordinates(JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
        Assert.Equal(first, got.First, 0.02);
        Assert.Equal(second, got.Second, 0.02);
        using var items = await world.Ask($"/collections/requests/items?crs={crs}&id={world.Southern}");
        Assert.Equal($"<{crs}>", items.Headers.GetValues("Content-Crs").Single());
        Assert.Equal(
            got,
            Coordinates(JsonNode.Parse(await items.Content.ReadAsStringAsync())!["features"]![0]!)
        );
    }

    /// <summary>Where the place is in a system, as PROJ says; each by a small step about the asked place, which PROJ was asked for too.</summary>
    public static TheoryData<string, Func<double, double, (double, double)>> Axes =>
        new()
        {
            { LonLat, (lon, lat) => (lon, lat) },
            { $"{Epsg}4326", (lon, lat) => (lat, lon) },
            {
                $"{Epsg}3857",
                (lon, lat) =>
                    (
                        lon * Math.PI * 6378137 / 180,
                        6378137 * Math.Log(Math.Tan(Math.PI / 4 + lat * Math.PI / 360))
                    )
            },
        };

    [Theory, Trait("requirement", "/req/crs/fc-bbox-crs-definition, fc-bbox-crs-action")]
    [MemberData(nameof(All))]
    public async Task what_comes_out_of_a_system_is_found_by_a_box_in_it_and_by_a_filter_in_it(string crs)
    {
        // North and east of Hà Nội's place in the south: turned axes would not fit in.
        var (first, second) = Coordinates(
            await world.Get($"/collections/requests/items/{world.Southern}?crs={crs}")
        );
        double step = Math.Abs(first) <= 180 ? 0.001 : 100;
        string box = string.Create(
            CultureInfo.InvariantCulture,
            $"{first - step:R},{second - step:R},{first + step:R},{second + step:R}"
        );
        Assert.Equal(
            [world.Southern],
            OgcWorld.IdsOf(await world.Get($"/collections/requests/items?bbox={box}&bbox-crs={crs}"))
        );
        string filter = Uri.EscapeDataString($"S_WITHIN(geometry, BBOX({box}))");
        Assert.Equal(
            [world.Southern],
            OgcWorld.IdsOf(await world.Get($"/collections/requests/items?filter={filter}&filter-crs={crs}"))
        );
        string json = Uri.EscapeDataString(
            $$"""{"op":"s_within","args":[{"property":"geometry"},{"bbox":[{{box}}]}]}"""
        );
        Assert.Equal(
            [world.Southern],
            OgcWorld.IdsOf(
                await world.Get(
                    $"/collections/requests/items?filter={json}&filter-lang=cql2-json&filter-crs={crs}"
                )
            )
        );
    }

    public static TheoryData<string> All =>
        [
            .. new[]
            {
                "4326",
                "3857",
                "3395",
                "4087",
                "32648",
                "32649",
                "4756",
                "3405",
                "3406",
                "5897",
                "9205",
                "9210",
                "9218",
                "4147",
                "2044",
                "2045",
            }.Select(code => Epsg + code),
            LonLat,
        ];

    [Fact]
    public async Task projections_agree_with_proj()
    {
        if (!Gdal.Here)
            Assert.Skip("gdal-bin is not installed");
        var place = Coordinates(await world.Get($"/collections/requests/items/{world.Southern}"));
        foreach (
            var (code, northFirst) in new[]
            {
                (32648, false),
                (9210, false),
                (3405, false),
                (5897, false),
                (2044, true),
                (3395, false),
            }
        )
        {
            string told = await Gdal.Run(
                "gdaltransform",
                string.Create(CultureInfo.InvariantCulture, $"{place.First:R} {place.Second:R}"),
                "-s_srs",
                "OGC:CRS84",
                "-t_srs",
                $"EPSG:{code}",
                "-output_xy"
            );
            double[] xy =
            [
                .. told.Trim()
                    .Split(' ')
                    .Select(number => double.Parse(number, CultureInfo.InvariantCulture)),
            ];
            var got = Coordinates(
                await world.Get($"/collections/requests/items/{world.Southern}?crs={Epsg}{code}")
            );
            Assert.Equal(northFirst ? (xy[1], xy[0]) : (xy[0], xy[1]), got, new Near());
        }
    }

    private sealed class Near : IEqualityComparer<(double First, double Second)>
    {
        public bool Equals((double First, double Second) one, (double First, double Second) other) =>
            Math.Abs(one.First - other.First) < 0.05 && Math.Abs(one.Second - other.Second) < 0.05;

        public int GetHashCode((double First, double Second) one) => 0;
    }

    [Theory, Trait("requirement", "/req/crs/fc-crs-valid-value, fc-bbox-crs-valid-value")]
    [InlineData("crs=4326", "crs")]
    [InlineData("crs=http://www.opengis.net/def/crs/EPSG/0/2154", "crs")]
    [InlineData("crs=http://www.opengis.net/def/crs/EPSG/0/4326;drop", "crs")]
    [InlineData("bbox=1,2,3,4&bbox-crs=http://www.opengis.net/def/crs/0", "bbox-crs")]
    [InlineData("bbox=1e300,2,3e300,4&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/32648", "bbox")]
    public async Task a_system_that_is_not_listed_is_refused_and_so_is_a_box_outside_of_its_own(
        string query,
        string field
    )
    {
        var problem = await world.Ask($"/collections/requests/items?{query}").IsProblem(400, "invalid");
        Assert.NotNull(problem["errors"]![field]);
    }

    [Fact]
    public async Task outlines_are_turned_as_points_are()
    {
        var plain = (await world.Get($"/collections/areas/items/{Places.NorthWest}"))["geometry"]!;
        var turned = (await world.Get($"/collections/areas/items/{Places.NorthWest}?crs={Epsg}4326"))[
            "geometry"
        ]!;
        Assert.Equal("MultiPolygon", (string)plain["type"]!);
        var one = plain["coordinates"]![0]![0]!.AsArray();
        var other = turned["coordinates"]![0]![0]!.AsArray();
        Assert.Equal(
            one.Select(p => ((double)p![1]!, (double)p[0]!)),
            other.Select(p => ((double)p![0]!, (double)p[1]!))
        );
    }

    private static (double First, double Second) Coordinates(JsonNode feature) =>
        ((double)feature["geometry"]!["coordinates"]![0]!, (double)feature["geometry"]!["coordinates"]![1]!);
}
