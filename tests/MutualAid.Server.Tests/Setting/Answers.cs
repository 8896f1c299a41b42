using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests;

/// <summary>What the service answered, as JSON, with the status said.</summary>
public static class Answers
{
    /// <summary>The body of an answer with this status; another status fails with the body it came with.</summary>
    public static async Task<JsonNode> Is(this Task<HttpResponseMessage> answering, HttpStatusCode status)
    {
        using var answer = await answering;
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(
            status == answer.StatusCode,
            $"expected {(int)status}, was {(int)answer.StatusCode}: {body}"
        );
        return body.Length == 0 ? new JsonObject() : JsonNode.Parse(body)!;
    }

    /// <summary>Asserts a problem of this status and kind (the last part of its type) and returns it.</summary>
    public static async Task<JsonNode> IsProblem(
        this Task<HttpResponseMessage> answering,
        int status,
        string code
    )
    {
        var answer = await answering;
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await Task.FromResult(answer).Is((HttpStatusCode)status);
        Assert.Equal($"/problems/{code}", (string)problem["type"]!);
        return problem;
    }

    /// <summary>A POST with a JSON body, or with none.</summary>
    public static Task<HttpResponseMessage> Post(this Person person, string path, object? body = null) =>
        body is null ? person.Http.PostAsync(path, null) : person.Http.PostAsJsonAsync(path, body);

    public static Task<HttpResponseMessage> Get(this Person person, string path) =>
        person.Http.GetAsync(path);

    public static string Text(this JsonNode node, string field) => (string)node[field]!;

    public static int Number(this JsonNode node, string field) => (int)node[field]!;

    public static Guid Id(this JsonNode node) => Guid.Parse((string)node["id"]!);
}
