using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace MutualAid.Benchmarks;

/// <summary>
/// Visits at a steady rate, 60 % of what the machine managed in the minute before, for half an hour. Each starts on time whether or
/// not those before it are answered. What must not grow with time: the service's memory, the share of dead rows, p99.
/// </summary>
internal static class SoakBenchmark
{
    private const int People = 8_000;
    private const int Visitors = 12;
    private const double Load = 0.6;

    public static async Task<int> Run()
    {
        string Env(string name) =>
            Environment.GetEnvironmentVariable(name)
            ?? throw new InvalidOperationException($"{name} is not set: start with ./bench soak");
        int minutes = int.Parse(Env("MINUTES"), CultureInfo.InvariantCulture);
        int server = int.Parse(Env("SERVER_PROCESS"), CultureInfo.InvariantCulture);
        using var http = new HttpClient(
            new SocketsHttpHandler { MaxConnectionsPerServer = 100, UseCookies = false }
        )
        {
            BaseAddress = new Uri(Env("SERVICE")),
        };
        var visits = new Visits(http, await ApiBenchmark.MakePosters(Env("MUTUALAID_DATABASE"), People));
        await using var source = NpgsqlDataSource.Create(Env("MUTUALAID_DATABASE"));

        await AsManyAsPossible(visits, TimeSpan.FromSeconds(30));
        double most = await AsManyAsPossible(visits, TimeSpan.FromSeconds(60));
        double rate = Load * most;
        Console.WriteLine(
            Text(
                $"{Visitors} visitors without a pause: {most:0.0} visits a second (a visit: 8 × nearby, a post, one's own list, a claim, a delivery, a confirmation). Then {rate:0.0} a second."
            )
        );
        Console.WriteLine();
        Console.WriteLine(
            "| minute | answers /s | reads p50 ms | p99 | writes p50 ms | p99 | service MB | database MB | dead rows % | vacuums |"
        );
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        visits.Taken();
        var random = new Random(1);
        var under = new List<Task>();
        long start = Stopwatch.GetTimestamp();
        long started = 0;
        for (int minute = 1; minute <= minutes; minute++)
        {
            while (Stopwatch.GetElapsedTime(start).TotalMinutes < minute)
            {
                var wait = TimeSpan.FromSeconds(started / rate) - Stopwatch.GetElapsedTime(start);
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait);
                int seed = random.Next();
                under.Add(Task.Run(() => visits.One(new Random(seed))));
                started++;
            }
            foreach (var ended in under.Where(visit => visit.IsCompleted).ToList())
            {
                await ended;
                under.Remove(ended);
            }
            await Report(minute, visits, server, source);
        }
        await Task.WhenAll(under);
        Console.WriteLine();
        foreach (var (what, times) in visits.Refused.OrderByDescending(pair => pair.Value))
            Console.WriteLine($"not 2xx: {what} × {times}");
        await Tables(source);
        return 0;
    }

    /// <returns>Visits a second.</returns>
    private static async Task<double> AsManyAsPossible(Visits visits, TimeSpan length)
    {
        long start = Stopwatch.GetTimestamp();
        int ended = 0;
        await Task.WhenAll(
            Enumerable
                .Range(0, Visitors)
                .Select(visitor =>
                    Task.Run(async () =>
                    {
                        var random = new Random(visitor);
                        for (; Stopwatch.GetElapsedTime(start) < length; Interlocked.Increment(ref ended))
                            await visits.One(random);
                    })
                )
        );
        return ended / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task Report(int minute, Visits visits, int server, NpgsqlDataSource source)
    {
        var (reads, writes) = visits.Taken();
        using var process = Process.GetProcessById(server);
        await using var command = source.CreateCommand(
            """
            select pg_database_size(current_database()) / 1e6::float8, 100.0::float8 * sum(n_dead_tup) / greatest(sum(n_live_tup + n_dead_tup), 1),
              sum(autovacuum_count)::bigint
            from pg_stat_user_tables
            """
        );
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        Console.WriteLine(
            Text(
                $"| {minute} | {(reads.Length + writes.Length) / 60.0:0} | {At(reads, 0.5):0.0} | {At(reads, 0.99):0} | {At(writes, 0.5):0.0} | {At(writes, 0.99):0} | {process.WorkingSet64 / 1e6:0} | {row.GetDouble(0):0} | {row.GetDouble(1):0.0} | {row.GetInt64(2)} |"
            )
        );
    }

    // Where there are many dead rows, and how often they were taken away.
    private static async Task Tables(NpgsqlDataSource source)
    {
        Console.WriteLine();
        Console.WriteLine("| table | live rows | dead rows | MB | vacuums |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        await using var command = source.CreateCommand(
            """
            select relname::text, n_live_tup, n_dead_tup, pg_total_relation_size(relid) / 1e6::float8, autovacuum_count
            from pg_stat_user_tables order by n_dead_tup desc limit 8
            """
        );
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync())
            Console.WriteLine(
                Text(
                    $"| {row.GetString(0)} | {row.GetInt64(1)} | {row.GetInt64(2)} | {row.GetDouble(3):0.0} | {row.GetInt64(4)} |"
                )
            );
    }

    private static double At(double[] sorted, double share) =>
        sorted.Length == 0 ? double.NaN : sorted[(int)(share * (sorted.Length - 1))];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
