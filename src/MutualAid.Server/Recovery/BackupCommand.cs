using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Recovery;

/// <summary><c>backup FILE</c>: the whole database as it is at one instant, beside running servers.</summary>
public static class BackupCommand
{
    // News of the last days for readers that live: their positions are numbers of transactions, which mean nothing, or
    // something else, in the cluster that a dump is restored to.
    private static readonly string[] ChangeLog =
    [
        "public.change",
        "public.change_default",
        "public.change_[0-9]*",
    ];

    public static Command Make()
    {
        var file = new Argument<string>("FILE") { Description = "Where to, in pg_dump's custom format." };
        var force = new Option<bool>("--force") { Description = "Replaces a file that is there." };
        var command = new Command("backup", "Writes the database to a file; the servers may run meanwhile.")
        {
            file,
            force,
        };
        command.SetAction(
            async (parsed, stop) =>
            {
                await Console.Out.WriteLineAsync(
                    await Run(
                        Commands.ReadSettings(),
                        parsed.GetRequiredValue(file),
                        parsed.GetValue(force),
                        stop
                    )
                );
                return 0;
            }
        );
        return command;
    }

    /// <summary>Writes it; returns what the operator should know.</summary>
    /// <exception cref="CommandException">Nothing was written; the message says why.</exception>
    public static async Task<string> Run(Settings settings, string file, bool force, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        file = Path.GetFullPath(file);
        if (Directory.Exists(file) || !Directory.Exists(Path.GetDirectoryName(file)))
            throw new CommandException($"{file} cannot be written: name a file in a folder that is there.");
        if (File.Exists(file) && !force)
            throw new CommandException(
                $"{file} is there already. Choose another name, or say --force to replace it."
            );

        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(settings.DirectDatabase) { Pooling = false, CommandTimeout = 0 }
        );
        await using var connection = await source.OpenConnectionAsync(stop);
        if (!await connection.Value<bool>("select to_regclass('public.migration') is not null", null, stop))
            throw new CommandException(
                $"The database {connection.Database} does not hold this service's data: there is nothing to back up."
            );
        var tools = await PostgresTools.Find(
            settings.DirectDatabase,
            connection.PostgreSqlVersion.Major,
            stop
        );
        await SecretMark.Write(connection, settings, stop);

        // One snapshot for the dump and for what is said about it.
        await using var transaction = await connection.BeginTransactionAsync(
            System.Data.IsolationLevel.RepeatableRead,
            stop
        );
        var held = (
            await connection.Row<Held>(
                """
                select pg_export_snapshot() as snapshot, clock_timestamp() as at,
                       (select count(*) from account) as accounts, (select count(*) from request) as requests,
                       (select count(*) from offer) as offers, (select count(*) from match) as matches
                """,
                null,
                stop
            )
        )!;
        string making = $"{file}.making-{Environment.ProcessId}";
        try
        {
            Reserve(making);
            var ended = await tools.Dump(
                [
                    "--format=custom",
                    $"--snapshot={held.Snapshot}",
                    .. ChangeLog.Select(table => $"--exclude-table-data={table}"),
                    "--file",
                    making,
                ],
                stop
            );
            if (ended.Code != 0)
                throw new CommandException($"The backup failed: {ended.Complaint}. Nothing was written.");
            File.Move(making, file, overwrite: force);
        }
        finally
        {
            File.Delete(making);
        }
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {file}: {new FileInfo(file).Length / 1e6:N1} MB in {Stopwatch.GetElapsedTime(
                started
            ).TotalSeconds:N1} s
            as of {held.At:yyyy-MM-ddTHH:mm:ss.fffZ}: everything that was answered before is in it
            {held.Accounts:N0} accounts, {held.Requests:N0} requests, {held.Offers:N0} offers, {held.Matches:N0} matches
            The secret (MUTUALAID_SECRET) is not in it: keep it apart. Without it a restore is refused.
            """
        );
    }

    // Nobody else may read it, from its first byte on. pg_dump writes into the file that it finds.
    private static void Reserve(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var made = new FileStream(path, options);
    }

    private sealed class Held
    {
        public string Snapshot { get; init; } = "";
        public DateTime At { get; init; }
        public long Accounts { get; init; }
        public long Requests { get; init; }
        public long Offers { get; init; }
        public long Matches { get; init; }
    }
}
