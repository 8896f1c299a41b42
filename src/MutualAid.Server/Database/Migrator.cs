using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace MutualAid.Server.Database;

/// <summary>Applies the numbered SQL files in order, each in a transaction of its own, one migrator at a time.</summary>
public sealed class Migrator(string connectionString, Action<string>? progress = null)
{
    // Any number will do, so long as every migrator of this service takes the same one.
    private const long AdvisoryLock = 0x4D41_6D69_6772;

    // The version before this one serves meanwhile. A change of a table waits for whoever reads it, a backup for minutes, and
    // everybody else waits behind the change: so it waits a second, lets them through, and tries again.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private const int Tries = 300;

    /// <summary>Every migration of this program, in order.</summary>
    public static IReadOnlyList<(string Name, string Checksum)> Known() =>
        [.. Files().Select(file => (file.Name, file.Checksum))];

    /// <exception cref="MigrationException">An applied file has changed, or a file failed; the database is as before that file.</exception>
    public async Task Run(CancellationToken stop)
    {
        // Migrations run as the connecting user, who owns the tables; session locks need a connection of their own.
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 }
        );
        await using var connection = await source.OpenConnectionAsync(stop);
        await Pooler.RefuseOn(connection, stop);
        await connection.Execute("select pg_advisory_lock(@AdvisoryLock)", new { AdvisoryLock }, stop);
        await connection.Execute(
            """
            create table if not exists migration (
              number int primary key, name text not null, checksum text not null, applied_at timestamptz not null default now())
            """,
            null,
            stop
        );
        var applied = (
            await connection.Rows<Applied>("select number, name, checksum from migration", null, stop)
        ).ToDictionary(row => row.Number);

        foreach (var file in Files())
        {
            if (applied.TryGetValue(file.Number, out var before))
            {
                if (before.Checksum != file.Checksum)
                    throw new MigrationException(
                        $"Migration {file.Name} was changed after it was applied. Undo the change and add a new migration instead."
                    );
                continue;
            }
            progress?.Invoke($"migrating: {file.Name}");
            for (int tried = 1; !await Apply(connection, file, tried == Tries, stop); tried++)
            {
                if (tried == 1)
                    progress?.Invoke($"{file.Name} waits for whoever is using its tables");
                await Task.Delay(Pause, stop);
            }
        }
    }

    /// <summary>How the database's migrations compare with this program's.</summary>
    public static async Task<MigrationState> State(NpgsqlConnection connection, CancellationToken stop)
    {
        var applied = (await connection.Rows<string>("select name from migration", null, stop)).ToHashSet();
        return !Names.IsSubsetOf(applied) ? MigrationState.Missing
            : applied.Count > Names.Count ? MigrationState.Newer
            : MigrationState.Known;
    }

    // False when somebody holds a lock that it needs.
    private static async Task<bool> Apply(
        NpgsqlConnection connection,
        MigrationFile file,
        bool last,
        CancellationToken stop
    )
    {
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(stop);
            await connection.Execute("set local lock_timeout = '1s'", null, stop);
            await using (var command = new NpgsqlCommand(file.Sql, connection))
                await command.ExecuteNonQueryAsync(stop);
            await connection.Execute(
                "insert into migration (number, name, checksum) values (@Number, @Name, @Checksum)",
                new
                {
                    file.Number,
                    file.Name,
                    file.Checksum,
                },
                stop
            );
            await transaction.CommitAsync(stop);
            return true;
        }
        catch (PostgresException e)
            when (!last
                && e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected
            )
        {
            return false;
        }
        catch (PostgresException e)
        {
            string advice = e.SqlState is "58P01" or "0A000"
                ? " Install PostGIS for this PostgreSQL (Debian: postgresql-15-postgis-3)."
                : "";
            throw new MigrationException(
                $"Migration {file.Name} failed: {e.MessageText} (line {e.Position}, {e.SqlState}).{advice}",
                e
            );
        }
    }

    private static IEnumerable<MigrationFile> Files()
    {
        var assembly = Assembly.GetExecutingAssembly();
        const string folder = ".Database.Migrations.";
        return from resource in assembly.GetManifestResourceNames()
            let at = resource.IndexOf(folder, StringComparison.Ordinal)
            where at >= 0 && resource.EndsWith(".sql", StringComparison.Ordinal)
            let name = resource[(at + folder.Length)..^4]
            orderby name
            select Read(assembly, resource, name);
    }

    private static MigrationFile Read(Assembly assembly, string resource, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        string sql = reader.ReadToEnd().ReplaceLineEndings("\n");
        string checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
        return new MigrationFile(
            int.Parse(name[..4], System.Globalization.CultureInfo.InvariantCulture),
            name,
            sql,
            checksum
        );
    }

    private static readonly HashSet<string> Names = [.. Known().Select(known => known.Name)];

    private sealed record MigrationFile(int Number, string Name, string Sql, string Checksum);

    private sealed class Applied
    {
        public int Number { get; init; }
        public string Checksum { get; init; } = "";
    }
}

/// <summary>The database could not be brought to this version; the message says what to do.</summary>
public sealed class MigrationException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>How a database's migrations compare with a program's.</summary>
public enum MigrationState
{
    /// <summary>It has the same.</summary>
    Known,

    /// <summary>It has all of the program's, and more: a newer version runs beside, or did.</summary>
    Newer,

    /// <summary>It lacks some of the program's.</summary>
    Missing,
}
