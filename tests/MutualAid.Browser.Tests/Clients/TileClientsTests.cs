using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests.Clients;

/// <summary>Tiles, read by what maps are made with: MapLibre's check of styles, Mapbox's decoder, GDAL.</summary>
public sealed class TileClientsTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_maps_own_library_draws_each_need_and_offer_where_the_api_says_it_is()
    {
        var owner = await service.NewPerson();
        Guid[] needs =
        [
            await service.GivenRequest(
                owner,
                quantity: 3,
                category: "medicine",
                urgency: "soon",
                lon: 106.70,
                lat: 10.77
            ),
            await service.GivenRequest(owner, quantity: 5, lon: 106.705, lat: 10.775),
        ];
        var offer = await service.GivenOffer(await service.NewPerson(), lon: 106.702, lat: 10.772);
        var drawn = await Drawn(14);
        Assert.Equal("[]", drawn["complaints"]!.ToJsonString());
        Assert.Equal(2, Features(drawn, "requests").Count);
        foreach (var need in needs)
        {
            var told = await service.Anonymous.GetAsync($"/api/requests/{need}").Is(HttpStatusCode.OK);
            var feature = Features(drawn, "requests").Single(one => one!["properties"]!.Id() == need)!;
            AreAt(told["location"]!, feature["geometry"]!);
            foreach (string name in new[] { "category", "urgency", "unmet", "unit", "status", "verified" })
                Assert.Equal(told[name]!.ToJsonString(), feature["properties"]![name]!.ToJsonString());
            Assert.Equal(told["area"]!.Text("name"), feature["properties"]!.Text("area"));
            Assert.Equal(Convert.ToInt64($"{need:N}"[^13..], 16), (long)feature["id"]!);
        }
        var given = await service.Anonymous.GetAsync($"/api/offers/{offer}").Is(HttpStatusCode.OK);
        var point = Assert.Single(Features(drawn, "offers"))!;
        AreAt(given["location"]!, point["geometry"]!);
        foreach (string name in new[] { "category", "free", "unit", "reach" })
            Assert.Equal(given[name]!.ToJsonString(), point["properties"]![name]!.ToJsonString());
        var ward = Assert.Single(Features(drawn, "areas"))!;
        Assert.Equal(Places.OtherWard, ward["properties"]!.Id());
        Assert.Equal("Polygon", ward["geometry"]!.Text("type"));

        var far = await Drawn(6);
        var cluster = Assert.Single(Features(far, "requests"))!["properties"]!;
        Assert.Equal((2, 8), (cluster.Number("point_count"), cluster.Number("unmet")));
        Assert.Equal(Places.OtherProvince, Assert.Single(Features(far, "areas"))!["properties"]!.Id());
    }

    [Fact]
    public async Task gdal_reads_a_tile_in_place()
    {
        // 106.60 to 106.80 E and 10.70 to 10.85 N lie in this tile, whose edges are at 106.171875 and 106.875 E.
        string told = await OtherProgram.Run(
            "ogrinfo",
            "Debian: apt-get install gdal-bin",
            "-ro",
            "-al",
            $"MVT:{service.Address}tiles/areas/9/407/240.mvt"
        );
        Assert.Contains("Layer name: areas", told, StringComparison.Ordinal);
        Assert.Contains("name (String) = Tỉnh Khác", told, StringComparison.Ordinal);
        string extent = told.Split('\n')
            .Single(line => line.StartsWith("Extent: ", StringComparison.Ordinal));
        double[] metres =
        [
            .. extent["Extent: ".Length..]
                .Split(['(', ')', ',', ' '], StringSplitOptions.RemoveEmptyEntries)
                .Where(part => part != "-")
                .Select(part => double.Parse(part, CultureInfo.InvariantCulture)),
        ];
        // A unit of this tile is 19 metres; what was simplified is off by as much.
        Assert.Equal(106.60 * 20_037_508.342789244 / 180, metres[0], 60.0);
        Assert.Equal(106.80 * 20_037_508.342789244 / 180, metres[2], 60.0);
        Assert.InRange(metres[1], 1_190_000, 1_205_000);
    }

    private async Task<JsonNode> Drawn(int zoom) =>
        JsonNode.Parse(
            await OtherProgram.Node("tiles.mjs", $"{service.Address}", $"{zoom}", "106.70", "10.77")
        )!;

    private static JsonArray Features(JsonNode drawn, string source) =>
        drawn["sources"]![source]!["features"]!.AsArray();

    // Within a unit of the tile at zoom 14: half a metre.
    private static void AreAt(JsonNode told, JsonNode drawn)
    {
        Assert.Equal("Point", drawn.Text("type"));
        for (int axis = 0; axis < 2; axis++)
            Assert.Equal(
                (double)told["coordinates"]![axis]!,
                (double)drawn["coordinates"]![axis]!,
                360 / 16384.0 / 4096
            );
    }
}
