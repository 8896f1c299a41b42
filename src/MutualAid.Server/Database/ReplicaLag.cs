using Npgsql;

namespace MutualAid.Server.Database;

/// <summary>
/// By how much a replica is behind at most. It has all that was committed up to the last commit that it has replayed, by the
/// primary's clock; and all that was written when the primary was last seen at a position that it has replayed. Both bounds
/// hold, the smaller is taken. The first alone calls it an hour late when a quiet primary writes its first row after an hour.
/// </summary>
public sealed class ReplicaLag(TimeProvider time)
{
    // An hour of looks: whoever is further behind is known by the first bound alone.
    private const int Most = 3600;

    private readonly Queue<(long Position, long At)> ahead = new();
    private (long Position, long At)? reached;

    /// <summary>Null when nothing is known of it.</summary>
    public TimeSpan? Behind(PrimarySeen here, ReplicaSeen there)
    {
        if (there.Position is not { } replayed)
            return null;
        while (ahead.TryPeek(out var seen) && seen.Position <= replayed)
            reached = ahead.Dequeue();
        if (replayed >= here.Position)
        {
            reached = (here.Position, here.Asked);
            return TimeSpan.Zero;
        }
        ahead.Enqueue((here.Position, here.Asked));
        if (ahead.Count > Most)
            ahead.Dequeue();
        // One that was made anew may stand before what another had reached.
        if (reached?.Position > replayed)
            reached = null;
        TimeSpan? bySight = reached is { } at ? time.GetElapsedTime(at.At) : null;
        TimeSpan? byCommit = there.ReplayedAt is { } commit ? here.Now - commit : null;
        return bySight < byCommit || byCommit is null ? bySight : byCommit;
    }
}

/// <summary>What the primary says of itself.</summary>
public sealed record PrimarySeen
{
    private const string Sql = """
        select (pg_current_wal_lsn() - '0/0')::bigint as position, clock_timestamp() as now, pg_postmaster_start_time() as started_at,
               (select system_identifier from pg_control_system()) as cluster
        """;

    /// <summary>Bytes of the log.</summary>
    public long Position { get; init; }
    public DateTimeOffset Now { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public long Cluster { get; init; }

    /// <summary>When it was asked, by the process's clock: before it answered.</summary>
    public long Asked { get; init; }

    internal static async Task<PrimarySeen> On(
        NpgsqlConnection connection,
        TimeProvider time,
        CancellationToken stop
    )
    {
        long asked = time.GetTimestamp();
        return (await connection.Row<PrimarySeen>(Sql, null, stop))! with { Asked = asked };
    }
}

/// <summary>What a replica says of itself.</summary>
public sealed record ReplicaSeen
{
    private const string Sql = """
        select pg_is_in_recovery() as recovering, (pg_last_wal_replay_lsn() - '0/0')::bigint as position,
               pg_last_xact_replay_timestamp() as replayed_at, pg_postmaster_start_time() as started_at,
               (select system_identifier from pg_control_system()) as cluster,
               (select min(known.name) from unnest(@names, @checksums) known (name, checksum)
                where not exists (select from public_migration m where m.name = known.name and m.checksum = known.checksum)) as missing
        """;

    private static readonly string[] Names = [.. Migrator.Known().Select(known => known.Name)];
    private static readonly string[] Checksums = [.. Migrator.Known().Select(known => known.Checksum)];

    public bool Recovering { get; init; }

    /// <summary>Bytes of the log that it has replayed.</summary>
    public long? Position { get; init; }

    /// <summary>When the last commit that it has replayed was made, by the primary's clock.</summary>
    public DateTimeOffset? ReplayedAt { get; init; }
    public DateTimeOffset StartedAt { get; init; }
    public long Cluster { get; init; }

    /// <summary>The first migration of this program that it lacks.</summary>
    public string? Missing { get; init; }

    internal static async Task<ReplicaSeen> On(NpgsqlConnection connection, CancellationToken stop) =>
        (await connection.Row<ReplicaSeen>(Sql, new { names = Names, checksums = Checksums }, stop))!;
}
