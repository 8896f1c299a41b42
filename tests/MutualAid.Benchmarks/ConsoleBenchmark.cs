using System.Diagnostics;
using System.Globalization;
using MutualAid.Server.Accounts;
using MutualAid.Server.Teams;
using MutualAid.Server.Teams.View;
using Npgsql;

namespace MutualAid.Benchmarks;

/// <summary>
/// The desk's first page of the topmost area: sent for 20 times a second, whether or not the ones before are answered; and one
/// by one in turns with the bare SQL of its numbers over a connection of its own.
/// </summary>
internal static class ConsoleBenchmark
{
    private const int PerSecond = 20;
    private const int Seconds = 60;
    private const int Pairs = 200;

    public static async Task<int> Run()
    {
        string Env(string name) =>
            Environment.GetEnvironmentVariable(name)
            ?? throw new InvalidOperationException($"{name} is not set: start with ./bench console");
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(Env("MUTUALAID_DATABASE"))
            {
                MaxAutoPrepare = 100,
                Options = "-c role=mutualaid_app -c jit=off",
            }
        );
        await using var connection = await source.OpenConnectionAsync();
        var (caller, area, token) = await Lead(connection);
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = new Uri(Env("SERVICE")),
        };
        http.DefaultRequestHeaders.Add("Cookie", $"{Sessions.Cookie}={token}");
        http.DefaultRequestHeaders.Add("Accept", "text/html");

        int bytes = 0;
        async Task<double> Page()
        {
            long sent = Stopwatch.GetTimestamp();
            byte[] page = await http.GetByteArrayAsync($"/team/{area}");
            bytes = page.Length;
            return Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
        }
        async Task<double> Bare()
        {
            long sent = Stopwatch.GetTimestamp();
            var now = TimeProvider.System.GetUtcNow();
            var reach = await Reach.Of(connection, caller, area, now, CancellationToken.None);
            await AreaNumbers.Of(connection, reach, now, CancellationToken.None);
            await GapMap.Of(connection, area, CancellationToken.None);
            return Stopwatch.GetElapsedTime(sent).TotalMilliseconds;
        }

        for (int warm = 0; warm < 400; warm++)
            await Page();
        for (int warm = 0; warm < 50; warm++)
            await Bare();
        var pages = new List<double>();
        var bare = new List<double>();
        var ratios = new List<double>();
        for (int pair = 0; pair < Pairs; pair++)
        {
            bare.Add(await Bare());
            pages.Add(await Page());
            ratios.Add(pages[^1] / bare[^1]);
        }

        long start = Stopwatch.GetTimestamp();
        var answers = new List<Task<double>>();
        for (int at = 0; at < PerSecond * Seconds; at++)
        {
            var wait = TimeSpan.FromSeconds((double)at / PerSecond) - Stopwatch.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait);
            answers.Add(Page());
        }
        double[] loaded = await Task.WhenAll(answers);

        Console.WriteLine($"a page of {bytes / 1024.0:0.0} KB before it is packed");
        Console.WriteLine();
        Console.WriteLine("| one by one | SQL median ms | page median ms | ratio |");
        Console.WriteLine("| --- | --- | --- | --- |");
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {Pairs} pairs | {At(bare, 0.5):0.0} | {At(pages, 0.5):0.0} | {At(ratios, 0.5):0.00} |"
            )
        );
        Console.WriteLine();
        Console.WriteLine($"| {PerSecond} a second for {Seconds} s | p50 ms | p95 ms | p99 ms | max ms |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"| {loaded.Length} pages | {At(loaded, 0.5):0.0} | {At(loaded, 0.95):0.0} | {At(loaded, 0.99):0.0} | {loaded.Max():0.0} |"
            )
        );
        return 0;
    }

    private static double At(IEnumerable<double> times, double share)
    {
        double[] sorted = [.. times.Order()];
        return sorted[(int)(share * (sorted.Length - 1))];
    }

    // A lead of all, with a session that was opened with the second factor.
    private static async Task<(Caller Caller, Guid Area, string Token)> Lead(NpgsqlConnection connection)
    {
        var account = Guid.CreateVersion7();
        var now = TimeProvider.System.GetUtcNow();
        await using var make = new NpgsqlCommand(
            """
            with made as (insert into account (id, created_at) values ($1, $2)),
                 told as (insert into account_private (account_id, phone, name) values ($1, '+84909999999', 'Lãnh đạo'))
            insert into role_grant (id, account_id, role, area_id, granted_at)
            select $1, $1, 'teamLead', a.id, $2 from area a where a.parent_id is null returning area_id
            """,
            connection
        )
        {
            Parameters =
            {
                new() { Value = account },
                new() { Value = now },
            },
        };
        var area = (Guid)(await make.ExecuteScalarAsync())!;
        string token = await Sessions.Open(connection, account, "cookie", true, now, CancellationToken.None);
        return (new Caller(account, Guid.Empty, "vi", true, [new RoleOnArea("teamLead", area)]), area, token);
    }
}
