using Npgsql;

namespace MutualAid.Server.Database;

/// <summary>How a replica stands.</summary>
public enum ReplicaState
{
    /// <summary>Nobody has looked yet.</summary>
    Unknown,

    /// <summary>It follows closely enough and has all that this program reads: the only state in which it is read from.</summary>
    Good,

    /// <summary>It is behind by more than may be.</summary>
    Lagging,

    /// <summary>It lacks a migration that this program knows.</summary>
    Older,

    /// <summary>It does not follow this primary: it was promoted, or is another cluster's.</summary>
    Foreign,

    /// <summary>It does not answer, or refuses.</summary>
    Away,
}

/// <summary>The state, and by how much it is behind at most; null when that is not known.</summary>
public sealed record ReplicaStanding(ReplicaState State, TimeSpan? Behind);

/// <summary>A streaming replica, the sessions that read from it, and what was last seen of it.</summary>
public sealed class Replica(string connectionString, bool throughPooler)
    : PooledDatabase(
        connectionString,
        PublicDatabase.Role,
        PublicDatabase.StatementTimeoutSeconds,
        throughPooler
    )
{
    private readonly Lock gate = new();
    private CancellationTokenSource there = new();
    private volatile ReplicaStanding standing = new(ReplicaState.Unknown, null);

    public ReplicaStanding Standing => standing;

    /// <summary>Called at each change of the state, with the state before and why.</summary>
    internal Action<ReplicaState, string>? Changed { get; set; }

    /// <summary>A session beside the readers': when they have taken all of theirs, the replica is busy and not away.</summary>
    internal PooledDatabase Beside { get; } =
        new OneSession(
            new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 1 }.ConnectionString,
            throughPooler
        );

    /// <summary>Reads from it. Whoever still waits for an answer when it is found to be away is let go.</summary>
    internal async Task<T> Read<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        CancellationToken stop
    )
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, Until());
        await using var connection = await Open(either.Token);
        return await work(connection, either.Token);
    }

    /// <summary>Whether this failure of a read is the replica's and not the reader's; one that cannot be reached is not tried again until it was looked at.</summary>
    internal bool Failed(Exception e, CancellationToken stop)
    {
        if (stop.IsCancellationRequested)
            return false;
        switch (e)
        {
            // What is too much work here is too much there as well.
            case PostgresException { SqlState: PostgresErrorCodes.QueryCanceled }:
                return false;
            // Recovery that goes before reading (40001, 57P01), a start or a stop, a table that is not there yet: this one read's.
            case PostgresException:
            // It may be busy only.
            case NpgsqlException { InnerException: TimeoutException }:
            case OperationCanceledException:
                return true;
            case NpgsqlException:
                Judge(ReplicaState.Away, null, e.InnerException?.GetType().Name ?? e.GetType().Name);
                return true;
            default:
                return e is SettingsException;
        }
    }

    /// <summary>Takes down how it stands now.</summary>
    internal void Judge(ReplicaState state, TimeSpan? behind, string why)
    {
        ReplicaState before;
        CancellationTokenSource? over = null;
        lock (gate)
        {
            before = standing.State;
            standing = new ReplicaStanding(state, behind);
            if (before == state)
                return;
            if (state == ReplicaState.Away)
                (over, there) = (there, new CancellationTokenSource());
        }
        if (over is not null)
        {
            over.Cancel();
            // What lies idle in the pool is dead, too.
            ForgetSessions();
        }
        Changed?.Invoke(before, why);
    }

    public override async ValueTask DisposeAsync()
    {
        await Beside.DisposeAsync();
        await base.DisposeAsync();
    }

    private CancellationToken Until()
    {
        lock (gate)
            return there.Token;
    }

    private sealed class OneSession(string connectionString, bool throughPooler)
        : PooledDatabase(
            connectionString,
            PublicDatabase.Role,
            PublicDatabase.StatementTimeoutSeconds,
            throughPooler
        );
}
