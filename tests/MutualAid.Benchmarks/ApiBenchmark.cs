using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using MutualAid.Server.Accounts;
using Npgsql;

namespace MutualAid.Benchmarks;

/// <summary>
/// <c>nearby</c> and posting a need, over HTTP, against pgbench sending PostgreSQL the same statements, in turns in one run: the
/// ratio is what HTTP, JSON, rules and the driver cost on top of the database.
/// </summary>
internal static class ApiBenchmark
{
    private const int Clients = 8;
    private const int Rounds = 5;

    /// <summary>So many that hardly two of them wait for each other, and nobody has posted thousands of times.</summary>
    internal const int Posters = 2_000;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(8);

    /// <summary>Until the runtime has compiled what runs often a second time, and better.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(30);

    public static async Task<int> Run()
    {
        string Env(string name) =>
            Environment.GetEnvironmentVariable(name)
            ?? throw new InvalidOperationException($"{name} is not set: start with ./bench api");
        var service = new Uri(Env("SERVICE"));
        string[] tokens = await MakePosters(Env("MUTUALAID_DATABASE"));

        Task<Measured> Pg(string script) =>
            Pgbench.Run(Env("PGHOST"), Env("PGDATABASE"), Env("PGUSER"), Clients, Length, script);
        await Compare(
            "nearby",
            () => Pg(Statements.Nearby),
            length => Wrk.Run(service, Clients, length, Scripts.Nearby())
        );
        await Compare(
            "post a need",
            () => Pg(Statements.Post),
            length => Wrk.Run(service, Clients, length, Scripts.Post(tokens))
        );
        return 0;
    }

    // Both sides in turns: what else the machine does meets both. The medians of the rounds are what counts.
    private static async Task Compare(
        string name,
        Func<Task<Measured>> baseline,
        Func<TimeSpan, Task<Measured>> http
    )
    {
        await baseline();
        await http(WarmUp);
        var rounds = new List<(Measured Baseline, Measured Http)>();
        for (int round = 0; round < Rounds; round++)
            rounds.Add((await baseline(), await http(Length)));
        Console.WriteLine(
            $"## {name} ({Clients} clients, {Rounds} rounds of {Length.TotalSeconds:0} s after a warm-up)"
        );
        Console.WriteLine("| round | pgbench /s | HTTP /s | ratio | HTTP median ms | HTTP p99 ms |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        for (int i = 0; i < Rounds; i++)
            Console.WriteLine(
                Row(
                    $"{i + 1}",
                    rounds[i].Baseline.PerSecond,
                    rounds[i].Http.PerSecond,
                    rounds[i].Http.MedianMs,
                    rounds[i].Http.P99Ms
                )
            );
        Console.WriteLine(
            Row(
                "median",
                Median(rounds.Select(r => r.Baseline.PerSecond)),
                Median(rounds.Select(r => r.Http.PerSecond)),
                Median(rounds.Select(r => r.Http.MedianMs)),
                Median(rounds.Select(r => r.Http.P99Ms))
            )
        );
        Console.WriteLine();
    }

    private static string Row(string name, double baseline, double http, double median, double p99) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {baseline:0} | {http:0} | {http / baseline:0.00} | {median:0.0} | {p99:0.0} |"
        );

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Rounds / 2);

    internal static (double Lon, double Lat) Somewhere(Random random) =>
        (105.80 + random.NextDouble() * 0.1, 20.99 + random.NextDouble() * 0.08);

    internal static HttpRequestMessage Nearby(Random random)
    {
        var (lon, lat) = Somewhere(random);
        return new HttpRequestMessage(
            HttpMethod.Get,
            string.Create(
                CultureInfo.InvariantCulture,
                $"/api/requests/nearby?lon={lon:F6}&lat={lat:F6}&within=3000&category=food&limit=20"
            )
        );
    }

    internal static HttpRequestMessage Post(string token, Random random)
    {
        var (lon, lat) = Somewhere(random);
        return new HttpRequestMessage(HttpMethod.Post, "/api/requests")
        {
            Content = JsonContent.Create(
                new
                {
                    needs = new[]
                    {
                        new
                        {
                            category = "food",
                            quantity = 4,
                            urgency = "soon",
                            details = "gạo, rau",
                        },
                    },
                    location = new { type = "Point", coordinates = new[] { lon, lat } },
                    address = $"{random.Next(1_000_000)} ngõ 3",
                    people = 4,
                    note = "cửa xanh",
                }
            ),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
        }.WithKey();
    }

    internal static HttpRequestMessage WithKey(this HttpRequestMessage request)
    {
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return request;
    }

    internal static async Task<string[]> MakePosters(string connectionString, int number = Posters)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        string[] tokens = new string[number];
        for (int i = 0; i < number; i++)
        {
            var id = Guid.NewGuid();
            await using var connection = await source.OpenConnectionAsync();
            await using (
                var insert = new NpgsqlCommand(
                    "insert into account (id, created_at) values ($1, now())",
                    connection
                )
                {
                    Parameters = { new() { Value = id } },
                }
            )
                await insert.ExecuteNonQueryAsync();
            await using (
                var insert = new NpgsqlCommand(
                    "insert into account_private (account_id, phone) values ($1, $2)",
                    connection
                )
                {
                    Parameters =
                    {
                        new() { Value = id },
                        new() { Value = $"+849999{i:D5}" },
                    },
                }
            )
                await insert.ExecuteNonQueryAsync();
            tokens[i] = await Sessions.Open(
                connection,
                id,
                "bearer",
                false,
                TimeProvider.System.GetUtcNow(),
                CancellationToken.None
            );
        }
        return tokens;
    }
}
