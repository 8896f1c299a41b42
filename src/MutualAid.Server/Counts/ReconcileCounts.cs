using MutualAid.Server.Database;
using MutualAid.Server.Jobs;

namespace MutualAid.Server.Counts;

/// <summary>
/// Compares the counts with the rows. A difference means that something wrote past the triggers: it is kept, raised as an
/// error, and repaired.
/// </summary>
/// <remarks>
/// One statement over all requests, because only one snapshot compares rightly; it reads some seconds at a million, for
/// which time readers of the change log stand still. That is why it comes once an hour.
/// </remarks>
public sealed class ReconcileCounts(ServiceDatabase database, ILogger<ReconcileCounts> log) : ISweep
{
    public string Name => "reconcile-counts";
    public string Cron => "15 23 * * * ?";
    public TimeSpan LateAfter => TimeSpan.FromHours(3);

    public async Task<long> Sweep(DateTimeOffset now, CancellationToken stop)
    {
        var found = await database.Transaction(
            async connection =>
            {
                await connection.Execute("set local statement_timeout = '10min'", null, stop);
                return await connection.Rows<Difference>(
                    "select public_area_id, category_id, status, counted_requests, true_requests from reconcile_counts(@now)",
                    new { now },
                    stop
                );
            },
            stop
        );
        JobMeter.CountDifferences(found.Count);
        foreach (var difference in found)
            log.LogError(
                "counts differed in area {Area}, category {Category}, {Status}: counted {Counted}, there are {True}; repaired",
                difference.PublicAreaId,
                difference.CategoryId,
                difference.Status,
                difference.CountedRequests,
                difference.TrueRequests
            );
        return found.Count;
    }

    private sealed class Difference
    {
        public Guid PublicAreaId { get; init; }
        public short CategoryId { get; init; }
        public string Status { get; init; } = "";
        public long CountedRequests { get; init; }
        public long TrueRequests { get; init; }
    }
}
