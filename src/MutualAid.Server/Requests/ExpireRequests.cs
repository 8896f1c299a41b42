using MutualAid.Server.Database;
using MutualAid.Server.Jobs;

namespace MutualAid.Server.Requests;

/// <summary>
/// Ends requests past their expiry that no accepted, onTheWay or delivered match keeps. Of those that one does keep, the open
/// proposals are withdrawn: past the expiry nothing is accepted any more.
/// </summary>
public sealed class ExpireRequests(ServiceDatabase database) : ISweep
{
    private const int Batch = 500;

    public string Name => "expire-requests";
    public string Cron => "10 * * * * ?";
    public TimeSpan LateAfter => TimeSpan.FromMinutes(10);

    public async Task<long> Sweep(DateTimeOffset now, CancellationToken stop)
    {
        long ended = await database.ThroughTheDoor(
            Batch,
            Due,
            "select count(*)::int from request_end(@now, @ids, 'expired', null)",
            now,
            stop
        );
        long withdrawn = await database.InBatches(
            Batch,
            async connection =>
            {
                var ids = await connection.Rows<Guid>(Asked, new { now, limit = Batch }, stop);
                await connection.Execute(
                    "select withdraw_matches(@now, @ids, 'requestExpired')",
                    new { now, ids = ids.ToArray() },
                    stop
                );
                return ids.Count;
            },
            stop
        );
        return ended + withdrawn;
    }

    /// <summary>What is due. <c>@now, @limit</c></summary>
    public const string Due = """
        select r.id from request r
        where r.end_status is null and r.expires_at <= @now
          and not exists (select 1 from match m where m.request_id = r.id and m.status in ('accepted', 'onTheWay', 'delivered'))
        order by r.expires_at
        limit @limit
        """;

    /// <summary>Open proposals of requests past their expiry. <c>@now, @limit</c></summary>
    public const string Asked = """
        select m.id
        from request r join match m on (m.request_id, m.root_area_id) = (r.id, r.root_area_id) and m.status = 'proposed'
        where r.end_status is null and r.expires_at <= @now
        limit @limit
        """;
}
