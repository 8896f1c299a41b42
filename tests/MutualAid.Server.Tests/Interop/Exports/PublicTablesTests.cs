using System.Net;
using System.Text.Json;
using Dapper;

namespace MutualAid.Server.Tests.Interop.Exports;

/// <summary>What everybody may take: live needs as GeoJSON, counts as a table with HXL hashtags.</summary>
public sealed class PublicTablesTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task geojson_has_the_live_needs_longitude_first_and_only_what_everybody_sees()
    {
        var owner = await service.NewPerson("Bà Tư");
        // 106.7 E, 10.77 N: the wrong way round it is no place.
        var need = await service.GivenRequest(owner, lon: 106.70, lat: 10.77);
        var gone = await service.GivenRequest(owner, lon: 106.70, lat: 10.77);
        var hidden = await service.GivenRequest(owner, lon: 106.70, lat: 10.77);
        Assert.Equal(3, (await Features(Places.OtherProvince)).Count);
        var now = service.Clock.GetUtcNow();
        await service.Look<int>("select 1 from request_hide(@now, @hidden, true)", new { now, hidden });
        await owner.Post($"/api/requests/{gone}/withdraw", new { reason = "có rồi" }).Is(HttpStatusCode.OK);

        var feature = Assert.Single(await Features(Places.OtherProvince));
        Assert.Equal(feature.GetRawText(), Assert.Single(await Features(Places.OtherWard)).GetRawText());
        Assert.Equal(["type", "id", "geometry", "properties"], Names(feature));
        Assert.Equal(need, feature.GetProperty("id").GetGuid());
        Assert.Equal(["type", "coordinates"], Names(feature.GetProperty("geometry")));
        double[] at =
        [
            .. feature
                .GetProperty("geometry")
                .GetProperty("coordinates")
                .EnumerateArray()
                .Select(n => n.GetDouble()),
        ];
        Assert.InRange(at[0], 106.695, 106.705);
        Assert.InRange(at[1], 10.765, 10.775);
        Assert.Equal(2, at.Length);
        // The same facts as the need's own page tells to everybody.
        var one = await service.Anonymous.GetAsync($"/api/requests/{need}").Is(HttpStatusCode.OK);
        Assert.Equal(
            one.AsObject().Select(fact => fact.Key).Except(["id", "location"]).Order(),
            Names(feature.GetProperty("properties")).Order()
        );
        Assert.Equal(
            one["location"]!["coordinates"]!.ToJsonString(),
            feature.GetProperty("geometry").GetProperty("coordinates").GetRawText()
        );
        foreach (
            string secret in new[] { "Bà Tư", owner.Phone[3..], "ngõ 3", "cửa sau", "sữa", $"{owner.Id}" }
        )
            Assert.DoesNotContain(secret, feature.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task below_the_ward_nothing_is_told_and_what_is_no_area_is_not_there()
    {
        await service.GivenRequest(await service.NewPerson(), lon: 105.81, lat: 21.05);
        Assert.NotEmpty(await Features(Places.NorthWest));
        Assert.Empty(await Features(Places.NorthWestGroupOne));
        Assert.Single(await Counts(Places.NorthWestGroupOne));
        foreach (string path in new[] { "requests.geojson", "counts.csv" })
        {
            await service
                .Anonymous.GetAsync($"/api/areas/{Guid.NewGuid()}/{path}")
                .IsProblem(404, "notFound");
            await service
                .Anonymous.GetAsync($"/api/areas/{Places.NorthWest}/{path}?limit=1")
                .IsProblem(400, "invalid");
            using var answer = await service.Anonymous.GetAsync($"/api/areas/{Places.NorthWest}/{path}");
            Assert.True(answer.Headers.CacheControl!.MaxAge <= TimeSpan.FromSeconds(60));
        }
    }

    [Fact]
    public async Task counts_are_the_cells_of_the_views_and_what_is_kept_back_stays_so()
    {
        await service.GivenRequest(await service.NewPerson(), quantity: 6, lon: 105.81, lat: 21.01);
        await using var connection = await service.Open();
        foreach (
            var (ward, category, day, requests) in new[]
            {
                (Places.SouthWest, 1, "2026-11-10", 40),
                (Places.NorthWest, 1, "2026-11-11", 12),
                (Places.SouthWest, 2, "2026-11-11", 9),
                (Places.NorthWest, 2, "2026-11-12", 3), // below five
                (Places.SouthWest, 3, "2026-11-12", 30),
                (Places.SouthWest, 1, "2026-11-23", 50), // the week that runs
                (Places.SouthWest, 1, "2024-11-12", 50), // long ago
            }
        )
            await connection.ExecuteAsync(
                """
                insert into fulfilment_count (root_area_id, public_area_id, responsible_area_id, category_id, status, day, requests, units, unmet)
                values (@Province, @ward, @ward, @category, 'fulfilled', @day::date, @requests, @units, 0)
                """,
                new
                {
                    Places.Province,
                    ward,
                    category,
                    day,
                    requests,
                    units = requests * 3,
                }
            );
        var rows = await Counts(Places.Province);
        Assert.Equal("#adm3+code", rows[0]["wardCode"]);
        Assert.All(rows[0].Values, tag => Assert.Matches("^#[a-z0-9]+([+][a-z]+)*$", tag));
        Assert.Equal(rows[0].Count, rows[0].Values.Distinct().Count());
        var past = await connection.QueryAsync<string>(
            """
            select a.code || ' ' || c.code || ' ' || to_char(f.week, 'IYYY-"W"IW') || ' ' || f.requests || ' ' || f.units
            from public_fulfilment f join area a on a.id = f.area_id join category c on c.id = f.category_id
            where f.root_area_id = @Province and f.week > '2025-01-01'
            """,
            new { Places.Province }
        );
        Assert.True(past.Count() is > 0 and < 5, "the view keeps something back, and not all");
        Assert.Equal(
            past.Order(StringComparer.Ordinal),
            rows.Skip(1)
                .Where(row => row["week"].Length > 0)
                .Select(row =>
                    $"{row["wardCode"]} {row["category"]} {row["week"]} {row["fulfilledRequests"]} {row["fulfilledUnits"]}"
                )
                .Order(StringComparer.Ordinal)
        );
        Assert.DoesNotContain(rows, row => row["fulfilledRequests"] is "3" or "50");
        Assert.Contains(rows, row => row["weekStart"] == "2026-11-09");
        var live = await connection.QueryAsync<string>(
            """
            select a.code || ' ' || c.code || ' ' || n.status || ' ' || n.requests || ' ' || n.unmet
            from public_live_count n join area a on a.id = n.area_id join category c on c.id = n.category_id where n.root_area_id = @Province
            """,
            new { Places.Province }
        );
        Assert.NotEmpty(live);
        Assert.Equal(
            live.Order(StringComparer.Ordinal),
            rows.Skip(1)
                .Where(row => row["week"].Length == 0)
                .Select(row =>
                    $"{row["wardCode"]} {row["category"]} {row["status"]} {row["liveRequests"]} {row["unmetUnits"]}"
                )
                .Order(StringComparer.Ordinal)
        );
        var rowsOfWard = await Counts(Places.SouthWest);
        Assert.All(rowsOfWard.Skip(1), row => Assert.Equal("00001", row["wardCode"]));
    }

    private async Task<List<Dictionary<string, string>>> Counts(Guid area)
    {
        using var answer = await service.Anonymous.GetAsync($"/api/areas/{area}/counts.csv");
        Assert.Equal("text/csv", answer.Content.Headers.ContentType!.MediaType);
        return Tables.Csv(await answer.Content.ReadAsStringAsync());
    }

    private async Task<List<JsonElement>> Features(Guid area)
    {
        using var answer = await service.Anonymous.GetAsync($"/api/areas/{area}/requests.geojson");
        Assert.Equal("application/geo+json", answer.Content.Headers.ContentType!.ToString());
        var collection = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(["type", "features"], Names(collection));
        Assert.Equal("FeatureCollection", collection.GetProperty("type").GetString());
        return [.. collection.GetProperty("features").EnumerateArray()];
    }

    private static string[] Names(JsonElement element) =>
        [.. element.EnumerateObject().Select(member => member.Name)];
}
