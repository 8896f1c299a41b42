using System.Net;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Map;

public sealed class MapTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    // Round the made-up province's market.
    private const string Box = "box=105.80,21.00,105.90,21.06";

    [Fact]
    public async Task close_up_needs_are_counted_by_spot_and_few_are_named_in_the_readers_language()
    {
        var owner = await service.NewPerson();
        var alone = await service.GivenRequest(
            owner,
            quantity: 2,
            category: "medicine",
            lon: 105.87,
            lat: 21.05
        );
        for (int i = 0; i < 7; i++)
            await service.GivenRequest(owner, quantity: 3, lon: 105.81, lat: 21.01);
        var items = await Needs($"{Box}&zoom=15");
        Assert.Equal(8, items.Sum(item => item!.Number("requests")));
        var one = items.Single(item => item!["needs"]!.AsArray().Any(need => need!.Id() == alone))!;
        Assert.Equal("Medicine: 2 packs", one["needs"]![0]!.Text("title"));
        var many = items.Single(item => item!.Number("requests") == 7)!;
        Assert.Equal(21, many.Number("unmet"));
        Assert.Empty(many["needs"]!.AsArray());
        // The cell's centre and no nearer: what everybody may know.
        Assert.NotEqual(105.87, (double)one["location"]!["coordinates"]![0]!, 0.000001);

        Assert.Equal(
            1,
            (await Needs($"{Box}&zoom=15&category=medicine")).Sum(item => item!.Number("requests"))
        );
        Assert.Empty(await Needs($"{Box}&zoom=15&urgency=routine"));
        Assert.Equal(1, (await Needs($"{Box}&zoom=15&q=thuoc")).Sum(item => item!.Number("requests")));
        Assert.Empty(await Needs("box=106.80,10.00,106.90,10.06&zoom=15"));

        // From afar the wards' counts say the same.
        var far = await Needs("box=104,20,107,22&zoom=9");
        Assert.Equal(8, far.Sum(item => item!.Number("requests")));
        Assert.Equal(
            1,
            (await Needs("box=104,20,107,22&zoom=9&category=medicine")).Sum(item => item!.Number("requests"))
        );
        var asked = await service.Anonymous.GetAsync("/api/map/needs?box=104,20,107,22&zoom=9&urgency=soon");
        Assert.True((bool)(await Task.FromResult(asked).Is(HttpStatusCode.OK))["closer"]!);
    }

    [Fact]
    public async Task a_need_that_is_hidden_met_or_past_its_time_is_on_no_map()
    {
        var owner = await service.NewPerson();
        var soon = await service.GivenRequest(
            owner,
            lon: 105.84,
            lat: 21.03,
            expiresIn: TimeSpan.FromHours(1)
        );
        var hidden = await service.GivenRequest(owner, lon: 105.84, lat: 21.03);
        const string There = "box=105.835,21.025,105.845,21.035&zoom=18";
        Assert.Equal(2, (await Needs(There)).Sum(item => item!.Number("requests")));
        await service.Look<int>(
            "update request set hidden_at = clock() where id = @hidden returning 1",
            new { hidden }
        );
        await service.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Empty(await Needs(There));
        Assert.NotEqual(soon, hidden);
    }

    [Fact]
    public async Task wards_are_geojson_with_what_is_open_and_what_was_helped_but_never_fewer_than_five()
    {
        var answer = await service.Anonymous.GetAsync($"/api/map/wards?{Box}&zoom=13");
        Assert.Equal("application/geo+json", answer.Content.Headers.ContentType!.MediaType);
        var wards = (await Task.FromResult(answer).Is(HttpStatusCode.OK))["features"]!.AsArray();
        Assert.Contains(wards, ward => ward!.Id() == Places.NorthWest);
        Assert.All(wards, ward => Assert.Contains("Polygon", ward!["geometry"]!.Text("type")));
        Assert.All(wards, ward => Assert.Null(ward!["properties"]!["helped"]));
        // A finished week in which six were helped in one ward, three in the next.
        await service.Look<int>(
            """
            with week as (select date_trunc('week', clock() - interval '8 days')::date + 1 as day)
            insert into count_delta (root_area_id, public_area_id, responsible_area_id, category_id, status, day, requests, units, unmet)
            select @root, ward, ward, 1, 'fulfilled', day, many, many * 2, 0
            from week, (values (@first::uuid, 6), (@second::uuid, 3), (@third::uuid, 7), (@fourth::uuid, 2)) x (ward, many) returning 1
            """,
            new
            {
                root = Places.Province,
                first = Places.NorthWest,
                second = Places.SouthEast,
                third = Places.SouthWest,
                fourth = Places.NorthEast,
            }
        );
        wards = (await service.Anonymous.GetAsync($"/api/map/wards?{Box}&zoom=13").Is(HttpStatusCode.OK))[
            "features"
        ]!.AsArray();
        int? Helped(Guid ward) => (int?)wards.Single(one => one!.Id() == ward)!["properties"]!["helped"];
        Assert.Equal(6, Helped(Places.NorthWest));
        Assert.Equal(7, Helped(Places.SouthWest));
        Assert.Null(Helped(Places.SouthEast));
        Assert.Null(Helped(Places.NorthEast));
    }

    [Theory]
    [InlineData("", "box")]
    [InlineData("box=1,2,3&zoom=14", "box")]
    [InlineData("box=a,b,c,d&zoom=14", "box")]
    [InlineData("box=106,10,105,11&zoom=14", "box")]
    [InlineData("box=105,11,106,10&zoom=14", "box")]
    [InlineData("box=100,0,120,20&zoom=14", "box")]
    [InlineData("box=NaN,0,120,20&zoom=8", "box")]
    [InlineData("box=105.8,21.0,105.9,21.1", "zoom")]
    [InlineData("box=105.8,21.0,105.9,21.1&zoom=3", "zoom")]
    [InlineData("box=105.8,21.0,105.9,21.1&zoom=14&category=gold", "category")]
    [InlineData("box=105.8,21.0,105.9,21.1&zoom=14&urgency=never", "urgency")]
    [InlineData("box=105.8,21.0,105.9,21.1&zoom=14&colour=red", "colour")]
    [InlineData("box=105.8,21.0,105.9,21.1&zoom=14&q=", "q")]
    public async Task a_view_that_makes_no_sense_is_refused_by_name(string query, string field)
    {
        var problem = await service.Anonymous.GetAsync($"/api/map/needs?{query}").IsProblem(400, "invalid");
        Assert.NotNull(problem["errors"]![field]);
    }

    private async Task<JsonArray> Needs(string query) =>
        (await service.Anonymous.GetAsync($"/api/map/needs?{query}").Is(HttpStatusCode.OK))[
            "items"
        ]!.AsArray();
}
