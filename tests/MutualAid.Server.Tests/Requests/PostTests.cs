using System.Net;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Requests;

public sealed class PostTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task a_post_of_three_needs_makes_three_requests_of_one_household()
    {
        var person = await service.NewPerson("Trần Thị Bình");
        var posted = await (
            await person.PostRequests(
                Posting.Body(body =>
                {
                    body["needs"]!.AsArray().Add(Need("medicine", 2, "soon"));
                    body["needs"]!
                        .AsArray()
                        .Add(Need("transport", 1, "routine", need => need["destination"] = Destination()));
                    body["note"] = "gọi cửa sau";
                })
            )
        ).Read(HttpStatusCode.Created);
        var requests = posted["requests"]!.AsArray();
        Assert.Equal(
            ["food", "medicine", "transport"],
            requests.Select(r => r!["category"]!.GetValue<string>())
        );
        var food = requests[0]!;
        Assert.Equal("open", food["status"]!.GetValue<string>());
        Assert.Equal(4, food["unmet"]!.GetValue<int>());
        Assert.Equal("parcel", food["unit"]!.GetValue<string>());
        Assert.True(food["divisible"]!.GetValue<bool>());
        Assert.False(requests[2]!["divisible"]!.GetValue<bool>());
        Assert.Equal("Phường Hoà Bình", food["area"]!["name"]!.GetValue<string>());
        Assert.Equal("2026-11-26T02:00:00Z", food["expiresAt"]!.GetValue<string>());
        Assert.Equal("gọi cửa sau", food["private"]!["note"]!.GetValue<string>());
        Assert.Equal("Trần Thị Bình", food["private"]!["name"]!.GetValue<string>());
        Assert.Equal(person.Phone, food["private"]!["phone"]!.GetValue<string>());
        Assert.Equal("12 Lê Lợi", requests[2]!["private"]!["destination"]!["address"]!.GetValue<string>());
        Assert.Equal(
            3,
            await service.Look<int>(
                "select count(*) from request where household_id = @id",
                new { id = Guid.Parse(posted["householdId"]!.GetValue<string>()) }
            )
        );
    }

    [Fact]
    public async Task a_request_lives_at_least_until_it_is_needed()
    {
        var person = await service.NewPerson();
        var late = await person.Posted(
            Posting.Body(body => body["needs"]![0]!["neededBy"] = "2026-12-10T10:00:00+07:00")
        );
        Assert.Equal("2026-12-10T03:00:00Z", late["neededBy"]!.GetValue<string>());
        Assert.Equal("2026-12-10T03:00:00Z", late["expiresAt"]!.GetValue<string>());
    }

    [Fact]
    public async Task the_public_place_is_the_cells_centre_and_the_exact_point_is_the_owners()
    {
        var person = await service.NewPerson();
        var posted = await person.Posted();
        var shown = await service.Anonymous.ReadAt($"/api/requests/{posted.Id()}");
        Assert.Null(shown["private"]);
        Assert.NotEqual([Posting.Lon, Posting.Lat], shown.Coordinates());
        double metres = await service.Look<double>(
            "select st_distance(st_makepoint(@a, @b)::geography, st_makepoint(@c, @d)::geography)",
            new
            {
                a = Posting.Lon,
                b = Posting.Lat,
                c = shown.Coordinates()[0],
                d = shown.Coordinates()[1],
            }
        );
        Assert.InRange(metres, 1, 178); // half the diagonal of 250 m
        Assert.Equal([Posting.Lon, Posting.Lat], Exact(posted));
    }

    [Fact]
    public async Task a_point_just_outside_every_area_goes_to_the_nearest_leaf_and_is_flagged()
    {
        var person = await service.NewPerson();
        var posted = await person.Posted(Posting.Body(lon: 105.95, lat: 21.01));
        Assert.True(posted["private"]!["outside"]!.GetValue<bool>());
        Assert.Equal(
            Places.SouthEast,
            await service.Look<Guid>(
                "select responsible_area_id from request where id = @id",
                new { id = posted.Id() }
            )
        );
    }

    [Fact]
    public async Task a_point_with_nobody_within_50_km_is_refused()
    {
        var person = await service.NewPerson();
        var answer = await person.PostRequests(Posting.Body(lon: 100, lat: 14));
        Assert.Contains(
            "50 km",
            await answer.IsRefused(HttpStatusCode.BadRequest, "location"),
            StringComparison.Ordinal
        );
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(*) from household where account_id = @Id",
                new { person.Id }
            )
        );
    }

    [Fact]
    public async Task a_post_for_somebody_else_carries_their_phone_and_tells_them()
    {
        var person = await service.NewPerson();
        var posted = await person.Posted(
            Posting.Body(body =>
                body["onBehalfOf"] = new JsonObject
                {
                    ["name"] = "Bà Tư",
                    ["phone"] = "0912 345 678",
                    ["consent"] = true,
                }
            )
        );
        Assert.Equal("+84912345678", posted["private"]!["phone"]!.GetValue<string>());
        Assert.Equal("Bà Tư", posted["private"]!["name"]!.GetValue<string>());
        Assert.Equal(1, await service.Look<int>("select count(*) from outbox where kind = 'behalf'"));
        Assert.Equal(1, await service.Look<int>("select count(*) from behalf_link"));
    }

    [Fact]
    public async Task a_phone_number_and_a_house_number_in_the_public_note_are_masked_for_everybody()
    {
        var person = await service.NewPerson();
        var posted = await person.Posted(
            Posting.Body(body => body["publicNote"] = "Nhà có bé 6 tháng, gọi 0912.345.678, số 12 ngõ 3")
        );
        Assert.Equal("Nhà có bé 6 tháng, gọi •••, số •• ngõ •", posted["publicNote"]!.GetValue<string>());
    }

    [Fact]
    public async Task past_the_limit_of_posts_an_hour_a_post_is_429()
    {
        var person = await service.NewPerson();
        // The fixture multiplies limits by 10,000; the count is made to reach it.
        await service.Look<int>(
            """
            insert into household (id, root_area_id, account_id, on_behalf, created_at)
            select gen_random_uuid(), @Province, @Id, false, clock() from generate_series(1, 200000)
            """,
            new { Places.Province, person.Id }
        );
        await (await person.PostRequests(Posting.Body())).IsRefused(HttpStatusCode.TooManyRequests);
    }

    private static double[] Exact(JsonNode request) => request["private"]!.Coordinates();

    private static JsonObject Destination() => new() { ["address"] = "12 Lê Lợi" };

    private static JsonObject Need(
        string category,
        int quantity,
        string urgency,
        Action<JsonObject>? change = null
    )
    {
        var need = new JsonObject
        {
            ["category"] = category,
            ["quantity"] = quantity,
            ["urgency"] = urgency,
        };
        change?.Invoke(need);
        return need;
    }
}
