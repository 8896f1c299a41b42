using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MutualAid.Benchmarks;

/// <summary>
/// What people do on the service: eight look at what is needed near them, one at what they asked for, and one need goes from the
/// post to the confirmed hand-over.
/// </summary>
internal sealed class Visits(HttpClient http, string[] tokens)
{
    private const int Looks = 8;

    private ConcurrentBag<(bool Writes, double Ms)> answered = [];

    /// <summary>Answers that were not 2xx, by what was asked, the status and the problem's type.</summary>
    public ConcurrentDictionary<string, int> Refused { get; } = new();

    /// <summary>Milliseconds of every answer since the last call, shortest first: of reads, of writes.</summary>
    public (double[] Reads, double[] Writes) Taken()
    {
        var taken = Interlocked.Exchange(ref answered, []);
        return (Of(writes: false), Of(writes: true));
        double[] Of(bool writes) =>
            [.. taken.Where(one => one.Writes == writes).Select(one => one.Ms).Order()];
    }

    public async Task One(Random random)
    {
        for (int look = 0; look < Looks; look++)
            await Ask("nearby", ApiBenchmark.Nearby(random));
        string owner = tokens[random.Next(tokens.Length)],
            giver = tokens[random.Next(tokens.Length)];
        if (owner == giver)
            return;
        var posted = await Ask("post", ApiBenchmark.Post(owner, random));
        if (posted is null)
            return;
        await Ask("mine", With(owner, new HttpRequestMessage(HttpMethod.Get, "/api/requests/mine")));
        var match = await Ask(
            "claim",
            Step(giver, $"/api/requests/{posted["requests"]![0]!["id"]}/claims", new { units = 4 })
        );
        if (
            match is null
            || await Ask("deliver", Step(giver, $"/api/matches/{match["id"]}/delivered", new { })) is null
        )
            return;
        await Ask("confirm", Step(owner, $"/api/matches/{match["id"]}/confirm", new { }));
    }

    private static HttpRequestMessage Step(string token, string path, object body) =>
        With(
            token,
            new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) }.WithKey()
        );

    private static HttpRequestMessage With(string token, HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    private async Task<JsonNode?> Ask(string what, HttpRequestMessage request)
    {
        using (request)
        {
            long sent = Stopwatch.GetTimestamp();
            using var answer = await http.SendAsync(request);
            string body = await answer.Content.ReadAsStringAsync();
            answered.Add(
                (request.Method == HttpMethod.Post, Stopwatch.GetElapsedTime(sent).TotalMilliseconds)
            );
            if (answer.IsSuccessStatusCode)
                return JsonNode.Parse(body);
            string? kind = (string?)JsonNode.Parse(body)?["type"];
            Refused.AddOrUpdate($"{what} {(int)answer.StatusCode} {kind}", 1, (_, n) => n + 1);
            return null;
        }
    }
}
