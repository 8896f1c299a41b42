using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Requests;

/// <summary>Posts and reads requests as a client does.</summary>
internal static class Posting
{
    /// <summary>In the south-east ward, in the middle of its cell's inside.</summary>
    public const double Lon = 105.8712;
    public const double Lat = 21.0148;

    /// <summary>A body that keeps every rule; <paramref name="change"/> makes it what the test is about.</summary>
    public static JsonObject Body(
        Action<JsonObject>? change = null,
        double lon = Lon,
        double lat = Lat,
        string category = "food"
    )
    {
        var body = new JsonObject
        {
            ["needs"] = new JsonArray(
                new JsonObject
                {
                    ["category"] = category,
                    ["quantity"] = 4,
                    ["urgency"] = "urgent",
                }
            ),
            ["location"] = Point(lon, lat),
            ["address"] = "12 ngõ 3 phố Thử",
            ["people"] = 4,
        };
        change?.Invoke(body);
        return body;
    }

    public static JsonObject Point(double lon, double lat) =>
        new() { ["type"] = "Point", ["coordinates"] = new JsonArray(lon, lat) };

    public static Task<HttpResponseMessage> PostRequests(this Person person, JsonNode body) =>
        person.Http.PostAsJsonAsync("/api/requests", body);

    /// <summary>Posts and gives the first request of the answer.</summary>
    public static async Task<JsonNode> Posted(this Person person, JsonObject? body = null)
    {
        var answer = await person.PostRequests(body ?? Body());
        return (await answer.Read(HttpStatusCode.Created))["requests"]![0]!;
    }

    /// <summary>The JSON of an answer that must have this status.</summary>
    public static async Task<JsonNode> Read(
        this HttpResponseMessage answer,
        HttpStatusCode expected = HttpStatusCode.OK
    )
    {
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == expected, $"{(int)answer.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>Asserts a problem of this status that names these fields and no others; gives the whole text.</summary>
    public static async Task<string> IsRefused(
        this HttpResponseMessage answer,
        HttpStatusCode expected,
        params string[] fields
    )
    {
        var problem = await answer.Read(expected);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(
            fields.Order(),
            (problem["errors"] as JsonObject ?? []).Select(error => error.Key).Order()
        );
        return problem.ToJsonString(
            new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
    }

    public static async Task<JsonNode> ReadAt(
        this HttpClient client,
        string path,
        HttpStatusCode expected = HttpStatusCode.OK
    ) => await (await client.GetAsync(path)).Read(expected);

    public static double[] Coordinates(this JsonNode request) =>
        [.. request["location"]!["coordinates"]!.AsArray().Select(number => number!.GetValue<double>())];
}
