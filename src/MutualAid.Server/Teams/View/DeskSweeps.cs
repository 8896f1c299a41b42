using MutualAid.Server.Database;
using MutualAid.Server.Jobs;

namespace MutualAid.Server.Teams.View;

/// <summary>Adds the desk's deltas up, for each area and all above it.</summary>
public sealed class FoldDesk(ServiceDatabase database) : ISweep
{
    private const int Batch = 20_000;

    public string Name => "fold-desk";
    public string Cron => "10 * * * * ?";
    public TimeSpan LateAfter => TimeSpan.FromMinutes(10);

    public Task<long> Sweep(DateTimeOffset now, CancellationToken stop) =>
        database.InBatches(
            Batch,
            connection => connection.Value<int>("select fold_desk(@Batch)::int", new { Batch }, stop),
            stop
        );
}

/// <summary>Compares the desk's numbers with the rows; a difference is raised and repaired.</summary>
public sealed class ReconcileDesk(ServiceDatabase database, ILogger<ReconcileDesk> log) : ISweep
{
    public string Name => "reconcile-desk";
    public string Cron => "15 53 3 * * ?";
    public TimeSpan LateAfter => TimeSpan.FromDays(2);

    public async Task<long> Sweep(DateTimeOffset now, CancellationToken stop)
    {
        long found = await database.Transaction(
            async connection =>
            {
                await connection.Execute("set local statement_timeout = '10min'", null, stop);
                return await connection.Value<long>("select reconcile_desk()", null, stop);
            },
            stop
        );
        JobMeter.CountDifferences((int)Math.Min(found, int.MaxValue));
        if (found > 0)
            log.LogError("the desk's numbers differed from the rows in {Numbers} places; repaired", found);
        return found;
    }
}
