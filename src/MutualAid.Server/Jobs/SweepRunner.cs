using System.Diagnostics;
using MutualAid.Server.Database;

namespace MutualAid.Server.Jobs;

/// <summary>Runs a sweep by name and writes down when, how much and how it ended.</summary>
public sealed class SweepRunner(
    IEnumerable<ISweep> sweeps,
    ServiceDatabase database,
    TimeProvider time,
    ILogger<SweepRunner> log
)
{
    public IReadOnlyList<ISweep> Sweeps { get; } =
    [.. sweeps.OrderBy(sweep => sweep.Name, StringComparer.Ordinal)];

    /// <summary>Runs it now; returns the rows done, or null when no sweep has this name.</summary>
    public async Task<long?> Run(string name, CancellationToken stop)
    {
        if (Sweeps.FirstOrDefault(sweep => sweep.Name == name) is not { } sweep)
            return null;
        var now = time.GetUtcNow();
        var clock = Stopwatch.StartNew();
        await Write(
            """
            insert into job_run (job, started_at) values (@name, @now)
            on conflict (job) do update set started_at = @now, finished_at = null, rows_done = null, error = null
            """,
            new { name, now },
            stop
        );
        try
        {
            long rows = await sweep.Sweep(now, stop);
            await Write(
                "update job_run set finished_at = @finished, rows_done = @rows where job = @name",
                new
                {
                    name,
                    rows,
                    finished = time.GetUtcNow(),
                },
                stop
            );
            JobMeter.Count(name, "done", rows, clock.Elapsed);
            if (rows > 0)
                log.LogInformation(
                    "{Job}: {Rows} rows in {Seconds:0.00} s",
                    name,
                    rows,
                    clock.Elapsed.TotalSeconds
                );
            return rows;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            JobMeter.Count(name, "failed", 0, clock.Elapsed);
            // The kind only: a message of the database may quote a row.
            await Write(
                "update job_run set error = @error where job = @name",
                new { name, error = e.GetType().Name },
                stop
            );
            throw;
        }
    }

    private async Task Write(string sql, object values, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        await connection.Execute(sql, values, stop);
    }
}
