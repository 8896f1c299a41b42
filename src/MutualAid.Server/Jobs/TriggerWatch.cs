using MutualAid.Server.Database;

namespace MutualAid.Server.Jobs;

/// <summary>
/// Quartz is known to leave triggers behind: acquired by a server that then lost its connection, blocked behind a firing
/// that is over, or in error. Such a trigger never fires again by itself. This looks each minute, without Quartz, frees what
/// stands still, and tells of sweeps that have not run for long, whatever the cause.
/// </summary>
public sealed class TriggerWatch(
    ServiceDatabase database,
    SweepRunner runner,
    TimeProvider time,
    ILogger<TriggerWatch> log
) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    /// <summary>So long past its time no trigger is between being acquired and being fired.</summary>
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(3);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look);
        while (await Ticked(timer, stoppingToken))
        {
            try
            {
                // Quartz's times are those of the machine's clock, also where the service is given another.
                await Free(TimeProvider.System.GetUtcNow(), stoppingToken);
                await TellLate(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("the jobs could not be looked at: {Kind}", e.GetType().Name);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Frees what stands still at this moment of the machine's clock; returns the names of its jobs.</summary>
    public async Task<IReadOnlyList<string>> Free(DateTimeOffset now, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        if (
            !await connection.Value<bool>(
                "select to_regclass('quartz.qrtz_triggers') is not null",
                null,
                stop
            )
        )
            return []; // Quartz has not come up yet
        // next_fire_time counts .NET ticks. A firing under way has a row of its own; our jobs may run beside themselves, so
        // no trigger waits for it.
        var freed = await connection.Rows<string>(
            """
            update quartz.qrtz_triggers set trigger_state = 'WAITING'
            where trigger_state in ('ACQUIRED', 'BLOCKED', 'ERROR') and next_fire_time < @before
            returning trigger_name
            """,
            new { before = (now - Stuck).UtcTicks },
            stop
        );
        foreach (string name in freed)
        {
            JobMeter.CountFreed(name);
            log.LogError("the trigger of {Job} stood still and was freed", name);
        }
        return freed;
    }

    private async Task TellLate(CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        var runs = (
            await connection.Rows<Run>("select job, started_at, finished_at, error from job_run", null, stop)
        ).ToDictionary(run => run.Job);
        var now = time.GetUtcNow();
        foreach (var sweep in runner.Sweeps)
            if (runs.TryGetValue(sweep.Name, out var run) && now - run.StartedAt > sweep.LateAfter)
                log.LogError(
                    "{Job} last ran at {StartedAt:u}: {Error}",
                    sweep.Name,
                    run.StartedAt,
                    run.Error ?? "not since"
                );
    }

    private static async Task<bool> Ticked(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private sealed class Run
    {
        public string Job { get; init; } = "";
        public DateTimeOffset StartedAt { get; init; }
        public DateTimeOffset? FinishedAt { get; init; }
        public string? Error { get; init; }
    }
}
