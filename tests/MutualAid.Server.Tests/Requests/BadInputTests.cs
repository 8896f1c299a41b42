using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Requests;

public sealed class BadInputTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    public static TheoryData<string, string> WrongValues() =>
        new()
        {
            { "needs[0].quantity", "0" },
            { "needs[0].quantity", "-3" },
            { "needs[0].quantity", "1000000000" },
            { "needs[0].quantity", "10001" },
            { "needs[0].quantity", "null" },
            { "needs[0].quantity", "1e400" },
            { "needs[0].quantity", "99999999999999999999" },
            { "needs[0].quantity", "1.5" },
            { "needs[0].quantity", "\"4\"" },
            { "needs[0].quantity", "[4]" },
            { "needs[0].category", "\"gold\"" },
            { "needs[0].category", "7" },
            { "needs[0].category", "null" },
            { "needs[0].urgency", "\"now\"" },
            { "needs[0].urgency", "null" },
            { "needs[0].divisible", "\"yes\"" },
            { "needs[0].neededBy", "\"2020-01-01T00:00:00Z\"" },
            { "needs[0].neededBy", "\"2027-06-01T00:00:00Z\"" },
            { "needs[0].neededBy", "\"2026-11-24T10:00:00\"" },
            { "needs[0].neededBy", "\"tomorrow\"" },
            { "needs[0].neededBy", "17" },
            { "needs[0].details", "\"a\\u0000b\"" },
            { "needs[0].details", "\"a\\ud800b\"" },
            { "needs[0].destination", "{\"address\":\"12 Lê Lợi\"}" },
            { "needs[0].colour", "1" },
            { "needs", "[]" },
            { "needs", "null" },
            { "needs", "{}" },
            { "location", "null" },
            { "location.type", "\"Polygon\"" },
            { "location.coordinates", "[]" },
            { "location.coordinates", "[105.87]" },
            { "location.coordinates", "null" },
            { "location.coordinates", "[1e999, 21]" },
            { "location.coordinates", "[105.87, 1e999]" },
            { "location.coordinates", "[21.01, 105.87]" },
            { "location.coordinates", "[181, 21]" },
            { "location.coordinates", "[-181, -91]" },
            { "location.crs", "\"EPSG:4326\"" },
            { "people", "0" },
            { "people", "1001" },
            { "address", "\"\\u202e12 ngõ 3\"" },
            { "note", "\"\\u0007\"" },
            { "publicNote", "\"\\u2066x\"" },
            { "account", "\"me\"" },
        };

    [Theory]
    [MemberData(nameof(WrongValues))]
    public async Task a_wrong_value_is_a_400_that_names_its_field_and_nothing_is_written(
        string field,
        string json
    )
    {
        var person = await service.NewPerson();
        string body = Posting.Body().ToJsonString();
        var node = JsonNode.Parse(body)!;
        // The value goes in as text: most of these are no values that a client's own JSON would make.
        var (parent, name) = Parent(node, field);
        parent[name] = "@@";
        var answer = await person.Http.PostAsync(
            "/api/requests",
            new StringContent(node.ToJsonString().Replace("\"@@\"", json), Encoding.UTF8, "application/json")
        );
        var problem = await answer.Read(HttpStatusCode.BadRequest);
        string named = Assert.Single(problem["errors"]!.AsObject()).Key;
        Assert.True(
            named == field || named.StartsWith(field + "[", StringComparison.Ordinal),
            $"{named} instead of {field}: {problem}"
        );
        await NothingIsWritten(person);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{\"needs\":")]
    [InlineData("{\"needs\":[],\"needs\":[]}")]
    [InlineData("{\"location\":{\"type\":\"Point\",\"coordinates\":[NaN,21]}}")]
    [InlineData("{\"location\":{\"type\":\"Point\",\"coordinates\":[Infinity,21]}}")]
    [InlineData("<xml/>")]
    public async Task what_is_no_json_of_a_post_is_a_400(string body)
    {
        var person = await service.NewPerson();
        var answer = await person.Http.PostAsync(
            "/api/requests",
            new StringContent(body, Encoding.UTF8, "application/json")
        );
        var problem = await answer.Read(HttpStatusCode.BadRequest);
        Assert.NotNull(problem["title"]);
        await NothingIsWritten(person);
    }

    [Fact]
    public async Task broken_utf8_is_a_400_and_another_media_type_a_415()
    {
        var person = await service.NewPerson();
        var broken = new ByteArrayContent([.. "{\"note\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        broken.Headers.ContentType = new("application/json");
        await (await person.Http.PostAsync("/api/requests", broken)).Read(HttpStatusCode.BadRequest);
        var form = new FormUrlEncodedContent([new("needs", "1")]);
        await (await person.Http.PostAsync("/api/requests", form)).Read(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task a_body_of_10_mb_is_a_413()
    {
        var person = await service.NewPerson();
        string huge = Posting.Body(body => body["note"] = new string('x', 10_000_000)).ToJsonString();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/requests")
        {
            Content = new StringContent(huge, Encoding.UTF8, "application/json"),
            Headers = { ExpectContinue = true },
        };
        await (await person.Http.SendAsync(request)).IsRefused(HttpStatusCode.RequestEntityTooLarge);
        await NothingIsWritten(person);
    }

    [Fact]
    public async Task one_answer_names_every_wrong_field()
    {
        var person = await service.NewPerson();
        var answer = await person.PostRequests(
            Posting.Body(body =>
            {
                body["needs"]![0]!["quantity"] = 0;
                body["needs"]![0]!["category"] = "gold";
                body["needs"]!
                    .AsArray()
                    .Add(
                        new JsonObject
                        {
                            ["category"] = "transport",
                            ["quantity"] = 1,
                            ["urgency"] = "soon",
                        }
                    );
                body["people"] = -1;
                body["location"] = Posting.Point(21.01, 105.87);
                body["address"] = new string('x', 301);
                body["onBehalfOf"] = new JsonObject { ["phone"] = "12", ["consent"] = false };
            })
        );
        await answer.IsRefused(
            HttpStatusCode.BadRequest,
            "needs[0].quantity",
            "needs[0].category",
            "needs[1].destination",
            "people",
            "location.coordinates",
            "address",
            "onBehalfOf.name",
            "onBehalfOf.phone",
            "onBehalfOf.consent"
        );
    }

    [Fact]
    public async Task eleven_needs_are_too_many_and_an_empty_one_is_none()
    {
        var person = await service.NewPerson();
        var eleven = Posting.Body(body =>
        {
            for (int i = 0; i < 10; i++)
                body["needs"]!.AsArray().Add(body["needs"]![0]!.DeepClone());
        });
        await (await person.PostRequests(eleven)).IsRefused(HttpStatusCode.BadRequest, "needs");
        var empty = Posting.Body(body => body["needs"]!.AsArray().Add(null));
        await (await person.PostRequests(empty)).IsRefused(HttpStatusCode.BadRequest, "needs[1]");
    }

    [Fact]
    public async Task swapped_coordinates_are_said_to_be_swapped_also_where_both_orders_are_on_earth()
    {
        var person = await service.NewPerson();
        // A place that takes part in which longitude and latitude can both be latitudes.
        await service.Look<int>(
            """
            insert into area (id, root_id, code, name, level, boundary) values
              ('01900000-0000-7000-8000-0000000000aa', '01900000-0000-7000-8000-0000000000aa', 'HT', 'Ouest', 'province',
               st_multi(st_makeenvelope(-72.5, 18.4, -72.1, 18.7, 4326))::geography);
            select area_refresh('01900000-0000-7000-8000-0000000000aa');
            """
        );
        var answer = await person.PostRequests(Posting.Body(lon: 18.54, lat: -72.34));
        Assert.Contains(
            "[-72.34, 18.54]",
            await answer.IsRefused(HttpStatusCode.BadRequest, "location"),
            StringComparison.Ordinal
        );
        await person.Posted(Posting.Body(lon: -72.34, lat: 18.54));
    }

    [Fact]
    public async Task zero_width_characters_vanish_and_emoji_of_several_parts_stay_whole()
    {
        var person = await service.NewPerson();
        var posted = await person.Posted(
            Posting.Body(body =>
            {
                body["address"] = "  12\u200b ng\u0303\u006f\u0303 3\r\nphố\u00ad Thử\ufeff ";
                body["note"] = "dòng 1\r\ndòng 2 👩‍👧";
            })
        );
        Assert.Equal("12 ng̃õ 3 phố Thử", posted["private"]!["address"]!.GetValue<string>());
        Assert.Equal("dòng 1\ndòng 2 👩‍👧", posted["private"]!["note"]!.GetValue<string>());
    }

    [Fact]
    public async Task without_a_token_401_with_a_bad_one_401_without_a_key_400()
    {
        await (await service.Anonymous.PostAsync("/api/requests", Json())).IsRefused(
            HttpStatusCode.Unauthorized
        );
        using var bad = service.Client(new string('x', 43));
        await (await bad.PostAsync("/api/requests", Json())).IsRefused(HttpStatusCode.Unauthorized);
        var person = await service.NewPerson();
        using var bare = new HttpClient { BaseAddress = service.Address };
        bare.DefaultRequestHeaders.Authorization = new("Bearer", person.Token);
        await (await bare.PostAsync("/api/requests", Json())).IsRefused(
            HttpStatusCode.BadRequest,
            "Idempotency-Key"
        );

        static StringContent Json() => new(Posting.Body().ToJsonString(), Encoding.UTF8, "application/json");
    }

    private async Task NothingIsWritten(Person person) =>
        Assert.Equal(
            0,
            await service.Look<int>(
                "select count(*) from household where account_id = @Id",
                new { person.Id }
            )
        );

    private static (JsonNode Parent, string Name) Parent(JsonNode root, string field)
    {
        string[] parts = field.Split('.');
        var node = root;
        foreach (string part in parts[..^1])
            node = part == "needs[0]" ? node["needs"]![0]! : node[part]!;
        return (node, parts[^1]);
    }
}
