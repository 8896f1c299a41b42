using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MutualAid.Server.Tests.Teams.Crowd;

/// <summary>What everybody was answered.</summary>
internal sealed class CrowdAnswers
{
    // What is not there for whoever asks, or not the like of the other, is a field that is wrong.
    private static readonly string[] MayBeInvalid = ["assign", "close", "closeMany", "merge", "post"];

    /// <summary>Act, status and kind → how often.</summary>
    public ConcurrentDictionary<string, int> Heard { get; } = new();

    /// <summary>Answers that nobody has promised: 5xx, and what says that the crowd does not know how to ask.</summary>
    public ConcurrentBag<string> Wrong { get; } = [];

    /// <summary>Posts, and returns the body of what was done; null when it was refused.</summary>
    public Task<JsonNode?> Post(string act, Person who, string path, object? body = null, string? key = null)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = body is null ? null : JsonContent.Create(body),
        };
        if (key is not null)
            message.Headers.Add("Idempotency-Key", key);
        return Send(act, who, message);
    }

    public Task<JsonNode?> Get(string act, Person who, string path) =>
        Send(act, who, new HttpRequestMessage(HttpMethod.Get, path));

    private async Task<JsonNode?> Send(string act, Person who, HttpRequestMessage message)
    {
        using (message)
        {
            using var answer = await who.Http.SendAsync(message);
            int status = (int)answer.StatusCode;
            string text = await answer.Content.ReadAsStringAsync();
            var body = text.Length > 0 ? JsonNode.Parse(text) : null;
            string? kind = status >= 400 ? ((string?)body?["type"])?.Split('/')[^1] : null;
            Heard.AddOrUpdate(
                kind is null ? $"{act} {status}" : $"{act} {status} {kind}",
                1,
                (_, n) => n + 1
            );
            if (
                status is not (200 or 201 or 204 or 404 or 409 or 422 or 429)
                && !(status == 400 && MayBeInvalid.Contains(act))
            )
                Wrong.Add($"{act}: {status} {message.Method} {message.RequestUri} {text}");
            return status < 300 ? body ?? new JsonObject() : null;
        }
    }
}
