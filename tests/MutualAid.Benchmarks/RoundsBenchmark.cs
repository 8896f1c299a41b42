using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MutualAid.Matching;
using MutualAid.Server;
using MutualAid.Server.Database;
using MutualAid.Server.Rounds;
using Npgsql;

namespace MutualAid.Benchmarks;

/// <summary>The matcher at full size: what it takes to take over, to follow a thousand changes of each side, and to look at nothing.</summary>
internal static class RoundsBenchmark
{
    private const int Changes = 1_000;
    private const int Repeats = 5;

    public static async Task<int> Run()
    {
        var settings = Commands.ReadSettings();
        await using var app = Service.Create(settings);
        var stop = CancellationToken.None;
        var round = app.Services.GetRequiredService<MatchingRound>();
        var lease = app.Services.GetRequiredService<MatcherLease>();
        var holder = Guid.CreateVersion7();
        long fence = (await lease.Take(holder, stop, force: true))!.Value;

        var standing = round.Begin();
        var planner = new RoundPlanner(new PlanOptions());
        var clock = Stopwatch.StartNew();
        await standing.Follow(stop);
        Console.WriteLine(
            Invariant(
                $"taking over: {clock.Elapsed.TotalSeconds:0.0} s to read {standing.Waiting.Count} waiting requests and {standing.Givers.Count} ready givers, {GC.GetTotalMemory(true) / 1e6:0} MB"
            )
        );
        clock.Restart();
        var first = await round.Once(fence, standing, planner, stop);
        Console.WriteLine($"first round: {clock.Elapsed.TotalSeconds:0.0} s; {first}");
        clock.Restart();
        var rest = new RoundFigures();
        while (true)
        {
            fence = (await lease.Take(holder, stop, force: true))!.Value;
            await standing.Follow(stop);
            var figures = await round.Once(fence, standing, planner, stop);
            rest += figures;
            if (figures.Proposed == 0)
                break;
        }
        Console.WriteLine($"until nothing is left to propose: {clock.Elapsed.TotalSeconds:0.0} s; {rest}");
        Console.WriteLine();
        Console.WriteLine(
            $"| after {Changes} requests and {Changes} offers have come | s from the commit to the last proposal | proposals | of it planning s | writing s | gap |"
        );
        Console.WriteLine("| --- | --- | --- | --- | --- | --- |");
        for (int repeat = 1; repeat <= Repeats; repeat++)
        {
            await Arrive(settings.Database, repeat);
            fence = (await lease.Take(holder, stop, force: true))!.Value;
            clock.Restart();
            await standing.Follow(stop);
            var following = clock.Elapsed;
            var figures = await round.Once(fence, standing, planner, stop);
            while (figures.Planned > 0 && await standing.Follow(stop))
            {
                var more = await round.Once(fence, standing, planner, stop);
                if (more.Proposed == 0)
                    break;
                figures += more;
            }
            Console.WriteLine(
                Invariant(
                    $"| {repeat} | {clock.Elapsed.TotalSeconds:0.00} (reading {following.TotalSeconds:0.00}) | {figures.Proposed} | {figures.Solving.TotalSeconds:0.00} | {figures.Writing.TotalSeconds:0.00} | {figures.Gap:P1}{(figures.PastDeadline > 0 ? " at the deadline" : "")} |"
                )
            );
        }
        clock.Restart();
        const int Looks = 100;
        for (int look = 0; look < Looks; look++)
            await standing.Follow(stop);
        Console.WriteLine();
        Console.WriteLine(
            Invariant($"a look at a quiet log: {clock.Elapsed.TotalMilliseconds / Looks:0.0} ms")
        );
        await lease.Release(holder, stop);
        return 0;
    }

    // As many of each side, spread as the seeded ones are: copies of some of them under new ids.
    private static async Task Arrive(string connectionString, int repeat)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var connection = await source.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(
            """
            with account_made as (
              insert into account (id, created_at) select md5('giver' || @repeat || '-' || i)::uuid, now() from generate_series(1, @many) i
            ), offer_of as (
              select o.*, row_number() over () as i from (select * from offer where not one_time and status = 'active' order by md5(id::text || @repeat) limit @many) o
            ), request_of as (
              select r.*, row_number() over () as i from (select * from request where end_status is null and unmet > 0 order by md5(id::text || @repeat) limit @many) r
            ), household_made as (
              insert into household (id, root_area_id, account_id, on_behalf, created_at)
              select md5('household' || @repeat || '-' || i)::uuid, root_area_id, account_id, false, now() from request_of
            ), request_made as (
              insert into request (id, root_area_id, household_id, account_id, category_id, quantity, unmet, divisible, urgency, created_at, expires_at,
                                   public_place, cell_row, cell_column, public_area_id, responsible_area_id)
              select gen_random_uuid(), root_area_id, md5('household' || @repeat || '-' || i)::uuid, account_id, category_id, quantity, quantity, divisible, urgency,
                     now(), now() + interval '2 days', public_place, cell_row, cell_column, public_area_id, responsible_area_id
              from request_of
            )
            insert into offer (id, root_area_id, account_id, category_id, capacity, free, per_day, public_place, cell_row, cell_column, public_area_id, reach_metres, created_at)
            select gen_random_uuid(), root_area_id, md5('giver' || @repeat || '-' || i)::uuid, category_id, capacity, capacity, per_day, public_place, cell_row, cell_column,
                   public_area_id, reach_metres, now()
            from offer_of
            """,
            connection
        )
        {
            Parameters = { new("repeat", $"{Environment.ProcessId}-{repeat}"), new("many", Changes) },
            CommandTimeout = 300,
        };
        await command.ExecuteNonQueryAsync();
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
