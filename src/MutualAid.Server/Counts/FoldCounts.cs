using MutualAid.Server.Database;
using MutualAid.Server.Jobs;

namespace MutualAid.Server.Counts;

/// <summary>Adds the appended deltas up, so that readers add few rows.</summary>
public sealed class FoldCounts(ServiceDatabase database) : ISweep
{
    private const int Batch = 20_000;

    public string Name => "fold-counts";
    public string Cron => "40 * * * * ?";
    public TimeSpan LateAfter => TimeSpan.FromMinutes(10);

    public Task<long> Sweep(DateTimeOffset now, CancellationToken stop) =>
        database.InBatches(
            Batch,
            connection => connection.Value<int>("select fold_counts(@Batch)::int", new { Batch }, stop),
            stop
        );
}
