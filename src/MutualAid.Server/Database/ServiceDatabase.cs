using System.Data.Common;
using Npgsql;

namespace MutualAid.Server.Database;

/// <summary>The application's connections: role <c>mutualaid_app</c>, which cannot rewrite what has been logged.</summary>
public sealed class ServiceDatabase(Settings settings)
    : PooledDatabase(
        settings.Database,
        "mutualaid_app",
        statementTimeoutSeconds: 30,
        settings.ThroughPooler,
        prepared: 100
    )
{
    /// <summary>
    /// Runs work in one transaction and commits it; runs it again from the start when PostgreSQL breaks a deadlock
    /// (40P01) or a serialisation conflict (40001). So the work must have no effect outside its transaction.
    /// </summary>
    public async Task<T> Transaction<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken stop)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await Open(stop);
                await using var transaction = await connection.BeginTransactionAsync(stop);
                var result = await work(connection);
                await transaction.CommitAsync(stop);
                return result;
            }
            catch (PostgresException e)
                when (e.SqlState
                        is PostgresErrorCodes.DeadlockDetected
                            or PostgresErrorCodes.SerializationFailure
                    && attempt < 6
                )
            {
                // Two who broke the same deadlock must not meet again at once: the pause grows and is not the same for both.
                await Task.Delay(
                    TimeSpan.FromMilliseconds(attempt * (5 + Environment.CurrentManagedThreadId % 7)),
                    stop
                );
            }
        }
    }

    public Task Transaction(Func<NpgsqlConnection, Task> work, CancellationToken stop) =>
        Transaction(
            async connection =>
            {
                await work(connection);
                return true;
            },
            stop
        );
}

/// <summary>The matcher's reading of everything that waits and everybody who may be asked: a million rows take their time.</summary>
public sealed class MatcherDatabase(Settings settings)
    : PooledDatabase(
        settings.Database,
        "mutualaid_app",
        statementTimeoutSeconds: 300,
        settings.ThroughPooler
    );

/// <summary>A pool of connections that act as one role.</summary>
public abstract class PooledDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource source;
    private readonly string? ahead;

    protected PooledDatabase(
        string connectionString,
        string role,
        int statementTimeoutSeconds,
        bool throughPooler,
        string options = "",
        int prepared = 0
    )
    {
        var builder = new NpgsqlConnectionStringBuilder(connectionString);
        builder.ApplicationName ??= role;
        builder.Timeout = Math.Min(builder.Timeout, 5);
        // The server gives up first, and says so.
        builder.CommandTimeout = statementTimeoutSeconds + 5;
        // Details of an error quote the row, and errors are logged.
        builder.IncludeErrorDetail = false;
        // Planning a post's statements costs more than running them: sessions keep the plans of what is sent again and again.
        // DISCARD ALL at each return to the pool would throw them away, and nothing that we leave behind in a session needs
        // it: settings are local to their transaction. Through a pooler the next statement may meet a session that has not prepared it.
        builder.NoResetOnClose = true;
        var said = new DbConnectionStringBuilder { ConnectionString = connectionString };
        if (throughPooler)
            builder.MaxAutoPrepare = 0;
        else if (!said.ContainsKey("Max Auto Prepare"))
            builder.MaxAutoPrepare = prepared;
        // More work at once than the database has cores for only takes turns, and each new session plans everything anew: a
        // rush that opened a hundred of them left the matcher a fiftieth of the machine. The rest waits in line here.
        if (!said.ContainsKey("Maximum Pool Size"))
            builder.MaxPoolSize = 20;
        // JIT compiles for longer than these queries run; an idle transaction would hold back every reader of the change log.
        if (throughPooler)
        {
            ahead = Pooler.SettingsOf(role, statementTimeoutSeconds);
            source = Untraced(builder).Build();
            return;
        }
        builder.Options = string.Join(
            ' ',
            builder.Options,
            $"-c role={role} -c jit=off -c idle_in_transaction_session_timeout=5000 -c statement_timeout={statementTimeoutSeconds}s",
            options
        );
        var sessions = Untraced(builder);
        sessions.UsePhysicalConnectionInitializer(
            _ => throw new NotSupportedException("sessions are opened asynchronously"),
            connection => Pooler.RefuseOthers(connection, role, CancellationToken.None)
        );
        source = sessions.Build();
    }

    // The trace of a statement that fails carries the database's words, which quote what was typed. How long statements take
    // and how many fail the driver's metrics tell as well.
    private static NpgsqlDataSourceBuilder Untraced(NpgsqlConnectionStringBuilder builder) =>
        new NpgsqlDataSourceBuilder(builder.ConnectionString).ConfigureTracing(tracing =>
            tracing
                .ConfigureCommandFilter(_ => false)
                .ConfigureBatchFilter(_ => false)
                .ConfigureCopyOperationFilter(_ => false)
        );

    public async ValueTask<NpgsqlConnection> Open(CancellationToken stop)
    {
        var connection = await source.OpenConnectionAsync(stop);
        if (ahead is not null)
            Pooler.GoAhead(connection, ahead);
        return connection;
    }

    /// <summary>Closes what lies idle in the pool; what is in use closes when it comes back.</summary>
    public void ForgetSessions() => source.Clear();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return source.DisposeAsync();
    }
}
