using System.Runtime.CompilerServices;
using Npgsql;

namespace MutualAid.Server.Database;

/// <summary>
/// What differs where a pooler in transaction mode (PgBouncer) stands before PostgreSQL. Each transaction may meet another
/// session, and nothing can be set in a session, neither at its start nor later. So the role and the limits go ahead of each
/// statement in the same message, for its transaction only: no round trip more, and nothing of it to set in the pooler.
/// </summary>
internal static class Pooler
{
    /// <summary>Said to whoever starts the service on a pooler alone.</summary>
    public const string DirectIsMissing =
        "A pooler such as PgBouncer stands before the database, and MUTUALAID_DATABASE_DIRECT (MUTUALAID_DATABASE where it is not set) "
        + "leads to it. Leave MUTUALAID_DATABASE as it is, and set MUTUALAID_DATABASE_DIRECT to an Npgsql connection string that "
        + "reaches PostgreSQL itself, as the database's owner: migrations, imports, seeds and jobs need sessions of their own.";

    private static readonly ConditionalWeakTable<NpgsqlConnection, string> Ahead = [];

    /// <summary>The statement that goes ahead of each: once in a transaction, so that a limit which the transaction sets for itself stays.</summary>
    public static string SettingsOf(string role, int statementTimeoutSeconds) =>
            // Not "set local": outside a transaction block PostgreSQL warns of it in its log each time. Not "select": its row would come first.
            $"""
            do $$begin if current_setting('role') <> '{role}' then perform set_config('role', '{role}', true), set_config('jit', 'off', true),
            set_config('idle_in_transaction_session_timeout', '5s', true), set_config('statement_timeout', '{statementTimeoutSeconds}s', true);
            end if; end$$;

            """;

    /// <summary>From now on these settings go ahead of whatever is asked on this connection.</summary>
    public static void GoAhead(NpgsqlConnection connection, string settings) =>
        Ahead.Add(connection, settings);

    /// <summary>What goes ahead on this connection, for those who send it as a statement of its own; null: nothing.</summary>
    public static string? AheadOf(NpgsqlConnection connection) =>
        Ahead.TryGetValue(connection, out string? settings) ? settings : null;

    /// <summary>The text to send on this connection.</summary>
    public static string Sent(this NpgsqlConnection connection, string sql) => AheadOf(connection) + sql;

    /// <summary>Acts once as each role through the pooler: whether its user may is told at the start, not to the first who comes.</summary>
    public static async Task Prove(Settings settings, CancellationToken stop)
    {
        await using var application = new ServiceDatabase(settings);
        await using var reader = new PublicDatabase(settings);
        await using var team = new TeamDatabase(settings);
        foreach (PooledDatabase database in (PooledDatabase[])[application, reader, team])
        {
            await using var connection = await database.Open(stop);
            await connection.Execute("select 1", null, stop);
        }
    }

    /// <summary>A pooler hands out a process id of its own invention; the session that answers knows its real one.</summary>
    /// <exception cref="SettingsException">Somebody stands in between.</exception>
    public static async Task RefuseOn(NpgsqlConnection connection, CancellationToken stop)
    {
        if (await connection.Value<int>("select pg_backend_pid()", null, stop) != connection.ProcessID)
            throw new SettingsException(DirectIsMissing);
    }

    /// <summary>
    /// A pooler may be told to drop a session's start options (<c>ignore_startup_parameters = options</c>): the session would be
    /// the owner's, who sees everything, and nothing would look wrong.
    /// </summary>
    /// <exception cref="SettingsException">The session acts as somebody else.</exception>
    public static async Task RefuseOthers(NpgsqlConnection connection, string role, CancellationToken stop)
    {
        if (await connection.Value<string>("select current_user::text", null, stop) != role)
            throw new SettingsException(DirectIsMissing);
    }
}
