using System.Net;
using MutualAid.Server.Tests.Matching;

namespace MutualAid.Server.Tests.Tiles;

public sealed class TilesTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    // Far in the south, so that no other test's needs are near: the standard's asymmetric point.
    private const double Lon = 106.70,
        Lat = 10.77;

    [Fact]
    public async Task a_need_stands_at_its_public_place_longitude_across_latitude_down()
    {
        var need = await service.GivenRequest(
            await service.NewPerson(),
            quantity: 3,
            category: "medicine",
            urgency: "soon",
            lon: Lon,
            lat: Lat
        );
        var api = await service.Anonymous.GetAsync($"/api/requests/{need}").Is(HttpStatusCode.OK);
        double lon = (double)api["location"]!["coordinates"]![0]!;
        double lat = (double)api["location"]!["coordinates"]![1]!;
        foreach (int zoom in new[] { 14, 16, 18 })
        {
            var (x, y, atX, atY) = TileReading.Tile(zoom, lon, lat);
            var feature = (await service.Features("requests", zoom, x, y)).Single(one =>
                one.Text("id") == $"{need}"
            );
            var (pointX, pointY) = Assert.Single(feature.Points);
            Assert.InRange(pointX, atX - 1, atX + 0.001);
            Assert.InRange(pointY, atY - 1, atY + 0.001);
            Assert.Equal(1ul, feature.Kind);
            Assert.Equal(
                ("medicine", "soon", 3L, api.Text("unit"), "open", false, "Phường Khác"),
                (
                    feature.Text("category"),
                    feature.Text("urgency"),
                    feature.Number("unmet"),
                    feature.Text("unit"),
                    feature.Text("status"),
                    (bool)feature.Properties["verified"],
                    feature.Text("area")
                )
            );
            // Those and no others.
            Assert.Equal(8, feature.Properties.Count);
            // As whoever has the uuid makes it: its last 52 bits.
            Assert.Equal(Convert.ToUInt64($"{need:N}"[^13..], 16), feature.Id);
        }
        // Not where latitude and longitude were swapped: 10.77 E, 85 is the farthest north that there is.
        var swapped = TileReading.Tile(14, lat, 84);
        Assert.Empty(await service.Features("requests", 14, swapped.X, swapped.Y));
    }

    [Fact]
    public async Task all_tiles_of_a_zoom_together_count_every_live_need_once()
    {
        await Scatter();
        long requests = await service.Look<long>("select count(*) from public_request");
        long unmet = await service.Look<long>("select sum(unmet) from public_request");
        Assert.True(requests > 400);
        foreach (int zoom in new[] { 0, 1, 5, 9, 11, 12, 13, 14, 15 })
        {
            var all = await Everywhere("requests", zoom);
            Assert.Equal((zoom, requests), (zoom, all.Sum(one => one.Count)));
            Assert.Equal((zoom, unmet), (zoom, all.Sum(one => one.Number("unmet"))));
            Assert.Equal(all.Count, all.Select(one => one.Id).Distinct().Count());
            Assert.All(all, one => Assert.InRange(one.Id!.Value, 1ul, (1ul << 53) - 1));
            Assert.All(
                all.SelectMany(one => one.Points),
                point => Assert.True(point is { X: >= 0 and < 4096, Y: >= 0 and < 4096 })
            );
            if (zoom < 13)
                Assert.All(all, one => Assert.True(one.Properties.ContainsKey("cluster")));
            if (zoom == 13)
            {
                var many = all.Where(one => one.Properties.ContainsKey("cluster")).ToList();
                Assert.NotEmpty(many);
                Assert.All(
                    many,
                    one =>
                        Assert.Equal(
                            one.Count,
                            one.Number("urgent") + one.Number("soon") + one.Number("routine")
                        )
                );
            }
            if (zoom >= 14)
                Assert.All(all, one => Assert.NotNull(one.Text("id")));
        }
        long offers = await service.Look<long>(
            "select count(*) from public_offer where free is null or free > 0"
        );
        foreach (int zoom in new[] { 0, 9, 12, 13, 14 })
            Assert.Equal((zoom, offers), (zoom, (await Everywhere("offers", zoom)).Sum(one => one.Count)));
    }

    [Fact]
    public async Task what_is_no_longer_live_is_in_no_tile_and_a_tile_without_anything_has_no_content()
    {
        const double There = 105.8123,
            North = 21.0567;
        var owner = await service.NewPerson();
        var withdrawn = await service.GivenRequest(owner, lon: There, lat: North);
        var hidden = await service.GivenRequest(owner, lon: There, lat: North);
        var short_ = await service.GivenRequest(
            owner,
            lon: There,
            lat: North,
            expiresIn: TimeSpan.FromMinutes(10)
        );
        var giver = await service.NewPerson();
        var offer = await service.GivenOffer(giver, lon: There, lat: North);
        var used = await service.GivenOffer(giver, capacity: 4, lon: There, lat: North);
        var (x, y, _, _) = TileReading.Tile(
            17,
            await service.Look<double>(
                "select st_x(place::geometry) from public_request where id = @hidden",
                new { hidden }
            ),
            await service.Look<double>(
                "select st_y(place::geometry) from public_request where id = @hidden",
                new { hidden }
            )
        );
        Assert.Equal(
            new[] { $"{withdrawn}", $"{hidden}", $"{short_}" }.Order(),
            (await service.Features("requests", 17, x, y)).Select(one => one.Text("id")!).Order()
        );
        var shown = await service.Features("offers", 17, x, y);
        Assert.Equal(new[] { $"{offer}", $"{used}" }.Order(), shown.Select(one => one.Text("id")!).Order());
        var one = shown.Single(one => one.Text("id") == $"{offer}");
        Assert.Equal(("food", 20L, 3000L), (one.Text("category"), one.Number("free"), one.Number("reach")));
        Assert.Equal(6, one.Properties.Count);

        long far = (await service.Features("requests", 0, 0, 0)).Sum(one => one.Count);
        await owner
            .Http.PostAsync($"/api/requests/{withdrawn}/withdraw", Body("""{"reason":"đã có"}"""))
            .Is(HttpStatusCode.OK);
        await service.Execute(
            "select request_hide(@now, @hidden, true)",
            new { now = service.Clock.GetUtcNow(), hidden }
        );
        await service.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(far - 3, (await service.Features("requests", 0, 0, 0)).Sum(one => one.Count));
        await giver.Http.PostAsync($"/api/offers/{offer}/pause", Body("{}")).Is(HttpStatusCode.OK);
        await service.Execute("update offer set free = 0, promised = 4 where id = @used", new { used });
        foreach (string layer in new[] { "requests", "offers" })
        {
            using var empty = await service.Anonymous.GetAsync($"/tiles/{layer}/17/{x}/{y}.mvt");
            Assert.Equal(HttpStatusCode.NoContent, empty.StatusCode);
            Assert.Null(empty.Headers.ETag);
        }
    }

    [Fact]
    public async Task a_tile_of_more_than_five_thousand_needs_counts_them_by_place_however_close_up()
    {
        var one = await service.GivenRequest(
            await service.NewPerson(),
            quantity: 2,
            lon: 105.8345,
            lat: 21.0455
        );
        var place = (
            await service.Look<double>(
                "select st_x(place::geometry) from public_request where id = @one",
                new { one }
            ),
            await service.Look<double>(
                "select st_y(place::geometry) from public_request where id = @one",
                new { one }
            )
        );
        var (x, y, _, _) = TileReading.Tile(18, place.Item1, place.Item2);
        Assert.Equal($"{one}", Assert.Single(await service.Features("requests", 18, x, y)).Text("id"));
        await service.Execute(
            """
            insert into request (id, root_area_id, household_id, account_id, category_id, quantity, unmet, divisible, urgency, created_at, expires_at,
              public_place, cell_row, cell_column, public_area_id, responsible_area_id)
            select gen_random_uuid(), root_area_id, household_id, account_id, category_id, 2, 2, true, 'soon', created_at, expires_at,
              public_place, cell_row, cell_column, public_area_id, responsible_area_id
            from request, generate_series(1, 5000) where id = @one
            """,
            new { one }
        );
        var cluster = Assert.Single(await service.Features("requests", 18, x, y));
        Assert.Equal(
            (5001L, 10_002L, 5000L),
            (cluster.Count, cluster.Number("unmet"), cluster.Number("soon"))
        );
        await service.Execute(
            "update request set hidden_at = clock() where public_place::geometry = st_setsrid(st_makepoint(@Item1, @Item2), 4326)",
            new { place.Item1, place.Item2 }
        );
        Assert.Empty(await service.Features("requests", 18, x, y));
    }

    // Needs and offers at half a thousand places of the province, and some in the south.
    private async Task Scatter()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        string[] urgencies = ["urgent", "soon", "routine"];
        var random = new Random(11);
        for (int i = 0; i < 420; i++)
        {
            double lon =
                i % 10 == 0 ? 106.61 + random.NextDouble() * 0.18 : 105.801 + random.NextDouble() * 0.098;
            double lat =
                i % 10 == 0 ? 10.71 + random.NextDouble() * 0.13 : 21.001 + random.NextDouble() * 0.058;
            await service.GivenRequest(
                owner,
                quantity: 1 + i % 5,
                urgency: urgencies[i % 3],
                lon: lon,
                lat: lat
            );
            if (i % 6 == 0)
                await service.GivenOffer(giver, lon: lon, lat: lat);
        }
    }

    private async Task<IReadOnlyList<MvtFeature>> Everywhere(string layer, int zoom) =>
        zoom < 9
            ? await service.Around(layer, zoom, 105.79, 10.69, 106.81, 21.07)
            :
            [
                .. await service.Around(layer, zoom),
                .. await service.Around(layer, zoom, 106.59, 10.69, 106.81, 10.86),
            ];

    private static StringContent Body(string json) =>
        new(json, System.Text.Encoding.UTF8, "application/json");
}
