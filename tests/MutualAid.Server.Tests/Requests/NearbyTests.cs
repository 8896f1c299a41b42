using System.Net;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Requests;

public sealed class NearbyTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task paging_over_many_needs_of_one_cell_gives_each_once_nearest_first()
    {
        var owner = await service.NewPerson();
        var expected = new List<Guid>();
        for (int i = 0; i < 13; i++)
            expected.Add(
                await service.GivenRequest(owner, category: "medicine", lon: 105.8130, lat: 21.0130)
            );
        for (int i = 0; i < 4; i++)
            expected.Add(
                await service.GivenRequest(owner, category: "medicine", lon: 105.8190, lat: 21.0190)
            );

        var seen = new List<JsonNode>();
        string? next = "/api/requests/nearby?lon=105.8131&lat=21.0131&category=medicine&limit=3";
        while (next is not null)
        {
            var page = await service.Anonymous.ReadAt(next);
            seen.AddRange(page["items"]!.AsArray().Select(item => item!.DeepClone()));
            next = (string?)page["next"];
        }
        Assert.Equal(expected.Order(), seen.Select(item => item.Id()).Order());
        var keys = seen.Select(item => (item["distance"]!.GetValue<int>(), item.Id())).ToList();
        Assert.Equal(keys.OrderBy(key => key.Item1).ThenBy(key => key.Item2), keys);
    }

    [Fact]
    public async Task what_is_out_of_reach_full_hidden_expired_or_ended_is_not_listed()
    {
        var owner = await service.NewPerson();
        var shown = await service.GivenRequest(owner, category: "other", lon: 105.83, lat: 21.01);
        await service.GivenRequest(owner, category: "other", lon: 105.88, lat: 21.05); // 6.8 km
        var full = await service.GivenRequest(owner, category: "other", lon: 105.83, lat: 21.01);
        var hidden = await service.GivenRequest(owner, category: "other", lon: 105.83, lat: 21.01);
        var ended = await service.GivenRequest(owner, category: "other", lon: 105.83, lat: 21.01);
        await service.GivenRequest(
            owner,
            category: "other",
            lon: 105.83,
            lat: 21.01,
            expiresIn: TimeSpan.FromTicks(10)
        );
        await service.Look<int>(
            """
            update request set unmet = 0, promised = quantity where id = @full;
            select request_hide(clock(), @hidden, true);
            select request_end(clock(), array[@ended], 'withdrawn', 'x');
            """,
            new
            {
                full,
                hidden,
                ended,
            }
        );
        await service.Clock.Advance(TimeSpan.FromSeconds(1));
        var page = await service.Anonymous.ReadAt("/api/requests/nearby?lon=105.83&lat=21.01&category=other");
        Assert.Equal([shown], page["items"]!.AsArray().Select(item => item!.Id()));
        Assert.InRange(page["items"]![0]!["distance"]!.GetValue<int>(), 0, 178);
    }

    [Theory]
    [InlineData("?lat=21.01", "lon")]
    [InlineData("?lon=abc&lat=NaN", "lon,lat")]
    [InlineData("?lon=21.01&lat=105.83", "lon")]
    [InlineData("?lon=105.83&lat=21.01&within=1e9", "within")]
    [InlineData("?lon=105.83&lat=21.01&category=gold&urgency=now", "category,urgency")]
    [InlineData("?lon=105.83&lat=21.01&limit=0", "limit")]
    [InlineData("?lon=105.83&lat=21.01&limit=unlimited", "limit")]
    [InlineData("?lon=105.83&lat=21.01&cursor=%27%3Bdrop", "cursor")]
    [InlineData("?lon=105.83&lat=21.01&cursor=YWJj", "cursor")]
    [InlineData("?lon=105.83&lat=21.01&near=1", "near")]
    public async Task a_wrong_or_unknown_parameter_is_named(string query, string fields) =>
        await (await service.Anonymous.GetAsync("/api/requests/nearby" + query)).IsRefused(
            HttpStatusCode.BadRequest,
            fields.Split(',')
        );

    [Fact]
    public async Task latitude_first_is_told_apart_from_nonsense()
    {
        var answer = await service.Anonymous.GetAsync("/api/requests/nearby?lon=21.01&lat=105.83");
        Assert.Contains(
            "[105.83, 21.01]",
            await answer.IsRefused(HttpStatusCode.BadRequest, "lon"),
            StringComparison.Ordinal
        );
    }
}
