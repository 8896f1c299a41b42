using System.Net;
using Dapper;

namespace MutualAid.Server.Tests.Interop.Ogc;

/// <summary>What is live only, gaps as a plain query has them, and addresses behind a proxy.</summary>
public sealed class OgcLiveTests(OgcLiveTests.BehindProxy service) : IClassFixture<OgcLiveTests.BehindProxy>
{
    [Fact]
    public async Task what_is_not_live_any_more_is_in_no_list_and_404()
    {
        var owner = await service.NewPerson();
        var soon = await service.GivenRequest(owner, expiresIn: TimeSpan.FromHours(1));
        var hidden = await service.GivenRequest(owner);
        var open = await service.GivenRequest(owner);
        var offer = await service.GivenOffer(owner);
        Guid[] here = [soon, hidden, open];
        Assert.Equal(here.Order(), Ids(await Items("requests")).Intersect(here).Order());
        Assert.Contains(offer, Ids(await Items("offers")));
        await service.Look<int>(
            "update request set hidden_at = clock() where id = @hidden returning 1",
            new { hidden }
        );
        await service.Look<int>(
            "update offer set status = 'paused' where id = @offer returning 1",
            new { offer }
        );
        await service.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal([open], Ids(await Items("requests")).Intersect(here));
        Assert.DoesNotContain(offer, Ids(await Items("offers")));
        foreach (var gone in new[] { soon, hidden })
        {
            await service
                .Anonymous.GetAsync($"/ogc/collections/requests/items/{gone}")
                .IsProblem(404, "notFound");
            await service
                .Anonymous.GetAsync($"/ogc/collections/coverage-gaps/items/{gone}")
                .IsProblem(404, "notFound");
        }
        await service.Anonymous.GetAsync($"/ogc/collections/offers/items/{offer}").IsProblem(404, "notFound");
    }

    [Fact]
    public async Task gaps_are_open_needs_that_no_offer_of_their_category_with_anything_left_reaches()
    {
        var owner = await service.NewPerson();
        var giver = await service.NewPerson();
        var random = new Random(7);
        string[] categories = ["food", "medicine", "other"];
        for (int i = 0; i < 120; i++)
            await service.GivenRequest(
                owner,
                category: categories[i % 3],
                lon: i % 10 == 0 ? 106.65 + random.NextDouble() / 10 : 105.8 + random.NextDouble() / 10,
                lat: i % 10 == 0 ? 10.72 + random.NextDouble() / 10 : 21.0 + random.NextDouble() * 0.06
            );
        for (int i = 0; i < 30; i++)
            await service.GivenOffer(
                giver,
                capacity: i % 5 == 0 ? null : 20,
                perDay: i % 5 == 0 ? 3 : null,
                category: categories[i % 3],
                lon: 105.8 + random.NextDouble() / 10,
                lat: 21.0 + random.NextDouble() * 0.06,
                reach: random.Next(100, 2500)
            );
        await using var connection = await service.Open();
        await connection.ExecuteAsync(
            """
            with numbered as (select id, row_number() over (order by id) as n from offer where status = 'active')
            update offer o set
              held = case when n % 7 = 0 then o.capacity else 0 end, free = case when n % 7 = 0 and o.capacity is not null then 0 else o.free end,
              status = case when n % 7 = 1 then 'paused' else 'active' end, suspended = n % 7 = 2,
              available_until = case when n % 7 = 3 then clock() - interval '1 hour' end, available_from = null
            from numbered x where x.id = o.id and (o.capacity is not null or n % 7 <> 0);
            with numbered as (select id, row_number() over (order by id) as n from request where end_status is null)
            update request r set unmet = 0, promised = quantity from numbered x where x.id = r.id and n % 9 = 0
            """
        );
        var plain = await connection.QueryAsync<Guid>(
            """
            select r.id from request r
            where r.end_status is null and r.hidden_at is null and r.expires_at > clock() and r.unmet > 0
              and (select count(*) from offer o
                   where o.category_id = r.category_id and o.root_area_id = r.root_area_id and o.status = 'active' and not o.one_time
                     and not o.suspended and (o.available_until is null or o.available_until > clock()) and coalesce(o.free, 1) > 0
                     and st_distance(o.public_place, r.public_place) <= o.reach_metres) = 0
            order by r.id
            """
        );
        var gaps = Ids(await Items("coverage-gaps"));
        Assert.Equal(plain, gaps);
        int needs = Ids(await Items("requests")).Length;
        Assert.True(gaps.Length > 20 && gaps.Length < needs - 20, $"{gaps.Length} of {needs}");
    }

    [Fact]
    public async Task addresses_are_those_that_the_reader_uses_behind_a_trusted_proxy()
    {
        await service.GivenRequest(await service.NewPerson());
        foreach (
            string path in new[]
            {
                "",
                "/collections",
                "/collections/requests",
                "/collections/requests/items?limit=1",
            }
        )
        {
            using var message = new HttpRequestMessage(HttpMethod.Get, "/ogc" + path);
            message.Headers.Add("X-Forwarded-Host", "giup.example.vn");
            message.Headers.Add("X-Forwarded-Proto", "https");
            var answer = await service.Anonymous.SendAsync(message).Is(HttpStatusCode.OK);
            Assert.All(
                answer["links"]!.AsArray(),
                link => Assert.StartsWith("https://giup.example.vn/ogc", (string)link!["href"]!)
            );
        }
    }

    private async Task<System.Text.Json.Nodes.JsonNode> Items(string collection) =>
        await service
            .Anonymous.GetAsync($"/ogc/collections/{collection}/items?limit=1000")
            .Is(HttpStatusCode.OK);

    private static Guid[] Ids(System.Text.Json.Nodes.JsonNode items) => OgcWorld.IdsOf(items);

    public sealed class BehindProxy(Cluster cluster) : ServiceFixture(cluster)
    {
        protected override Settings Configure(Settings settings) =>
            settings with
            {
                TrustedProxies = [IPAddress.Loopback],
            };
    }
}
