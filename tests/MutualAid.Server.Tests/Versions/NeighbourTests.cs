using System.Globalization;
using System.Net;
using MutualAid.Server.Tests.Recovery;
using MutualAid.Server.Tests.Requests;
using MutualAid.Server.Web;

namespace MutualAid.Server.Tests.Versions;

/// <summary>What one server hands out, another takes. (Antiforgery tokens: <c>ForgeryTests</c>.)</summary>
public sealed class NeighbourTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task sessions_keys_of_posts_and_the_next_page_of_one_server_are_good_at_the_other()
    {
        await using var second = Service.Create(service.Settings, service.Clock);
        await second.StartAsync();
        using var there = new HttpClient { BaseAddress = new Uri(second.Urls.First()) };
        var person = await service.NewPerson();
        for (int i = 0; i < 3; i++)
            await person.Posted();
        string key = Guid.NewGuid().ToString();
        string? household = (await GoingOn.Post(person, key)).Household;

        string path = string.Create(
            CultureInfo.InvariantCulture,
            $"/api/requests/nearby?lon={Posting.Lon}&lat={Posting.Lat}&limit=2"
        );
        var all = await service.Anonymous.ReadAt(
            path.Replace("limit=2", "limit=4", StringComparison.Ordinal)
        );
        var first = await service.Anonymous.ReadAt(path);
        var rest = await there.ReadAt(first.Text("next"));
        Assert.Equal(
            all["items"]!.AsArray().Skip(2).Select(item => item!.Text("id")),
            rest["items"]!.AsArray().Select(item => item!.Text("id"))
        );

        there.DefaultRequestHeaders.Authorization = new("Bearer", person.Token);
        var neighbour = person with { Http = there };
        Assert.Equal((HttpStatusCode.Created, household), await GoingOn.Post(neighbour, key));
        string tag = (await person.Get($"/api/requests/{first["items"]![0]!.Text("id")}")).Headers.ETag!.Tag;
        using var edit = new HttpRequestMessage(
            HttpMethod.Patch,
            $"/api/requests/{first["items"]![0]!.Text("id")}"
        )
        {
            Content = new StringContent("""{"people":2}""", null, "application/json"),
            Headers = { { "If-Match", tag } },
        };
        Assert.Equal(HttpStatusCode.OK, (await there.SendAsync(edit)).StatusCode);
        await second.StopAsync();
    }

    [Fact]
    public void a_field_that_the_next_version_adds_makes_no_post_another_one_until_it_is_given()
    {
        byte[] before = Idempotency.Fields(new { people = 4, note = (string?)null });
        Assert.Equal(
            before,
            Idempotency.Fields(
                new
                {
                    people = 4,
                    newer = (int?)null,
                    note = (string?)null,
                }
            )
        );
        Assert.NotEqual(before, Idempotency.Fields(new { people = 4, newer = (int?)1 }));
    }
}
