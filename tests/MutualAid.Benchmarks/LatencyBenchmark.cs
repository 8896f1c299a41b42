using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;

namespace MutualAid.Benchmarks;

/// <summary>
/// How long it takes from the post of a need to a proposal that others can see, while needs are posted at a steady rate.
/// Posts go out on time whether or not the ones before are answered, so that a service that stalls is not spared.
/// </summary>
internal static class LatencyBenchmark
{
    private const int PerSecond = 50;

    public static async Task<int> Run()
    {
        string Env(string name) =>
            Environment.GetEnvironmentVariable(name)
            ?? throw new InvalidOperationException($"{name} is not set: start with ./bench latency");
        int posts = PerSecond * int.Parse(Env("SECONDS_OF_LOAD"), CultureInfo.InvariantCulture);
        string[] tokens = await ApiBenchmark.MakePosters(Env("MUTUALAID_DATABASE"));
        using var http = new HttpClient { BaseAddress = new Uri(Env("SERVICE")) };
        await using var source = NpgsqlDataSource.Create(Env("MUTUALAID_DATABASE"));

        var posted = new ConcurrentDictionary<Guid, long>();
        var proposed = new Dictionary<Guid, double>();
        using var over = new CancellationTokenSource();
        var watching = Watch(source, posted, proposed, over.Token);

        long start = Stopwatch.GetTimestamp();
        var answers = new List<Task>();
        for (int post = 0; post < posts; post++)
        {
            var wait = TimeSpan.FromSeconds((double)post / PerSecond) - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait);
            answers.Add(Post(http, tokens[post % tokens.Length], new Random(post), posted));
        }
        await Task.WhenAll(answers);
        await Task.Delay(TimeSpan.FromSeconds(10));
        await over.CancelAsync();
        await watching;

        double[] seconds = [.. proposed.Values.Order()];
        Console.WriteLine($"{PerSecond} posts a second, {posts} posts; a proposal is looked for every 50 ms");
        Console.WriteLine("| posted | proposed | p50 s | p95 s | p99 s | max s |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {posted.Count} | {seconds.Length} | {At(seconds, 0.5):0.00} | {At(seconds, 0.95):0.00} | {At(seconds, 0.99):0.00} | {seconds[^1]:0.00} |"
            )
        );
        return 0;
    }

    private static double At(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];

    private static async Task Post(
        HttpClient http,
        string token,
        Random random,
        ConcurrentDictionary<Guid, long> posted
    )
    {
        using var request = ApiBenchmark.Post(token, random);
        long sent = Stopwatch.GetTimestamp();
        using var answer = await http.SendAsync(request);
        string body = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode)
            throw new HttpRequestException($"{(int)answer.StatusCode} {body}");
        foreach (var made in JsonNode.Parse(body)!["requests"]!.AsArray())
            posted[Guid.Parse((string)made!["id"]!)] = sent;
    }

    // What is committed is what a giver's page would show.
    private static async Task Watch(
        NpgsqlDataSource source,
        ConcurrentDictionary<Guid, long> posted,
        Dictionary<Guid, double> proposed,
        CancellationToken over
    )
    {
        await using var connection = await source.OpenConnectionAsync(CancellationToken.None);
        while (!over.IsCancellationRequested)
        {
            var waiting = posted.Keys.Where(id => !proposed.ContainsKey(id)).ToArray();
            await using var command = new NpgsqlCommand(
                "select distinct request_id from match where request_id = any ($1)",
                connection
            )
            {
                Parameters = { new() { Value = waiting } },
            };
            var seen = new List<Guid>();
            await using (var reader = await command.ExecuteReaderAsync(CancellationToken.None))
                while (await reader.ReadAsync(CancellationToken.None))
                    seen.Add(reader.GetGuid(0));
            foreach (var id in seen)
                proposed[id] = Stopwatch.GetElapsedTime(posted[id]).TotalSeconds;
            await Task.Delay(50, CancellationToken.None);
        }
    }
}
