using System.CommandLine;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Recovery;

/// <summary><c>restore FILE</c>, and <c>after-recovery</c> for a cluster that was recovered to a point in time.</summary>
public static class RestoreCommand
{
    public static Command Make()
    {
        var file = new Argument<string>("FILE") { Description = "What ./run backup wrote." };
        var replace = new Option<bool>("--replace")
        {
            Description = "Takes the place of a database that holds data.",
        };
        var accept = new Option<bool>("--accept-violations")
        {
            Description = "Also a backup whose counts or units do not agree with its rows.",
        };
        var (erasures, without, other) = Shared();
        var command = new Command(
            "restore",
            "Puts a backup in the database's place; the servers are stopped."
        )
        {
            file,
            replace,
            erasures,
            without,
            other,
            accept,
        };
        command.SetAction(
            (parsed, stop) =>
                new Restore(Commands.ReadSettings(), TimeProvider.System, Console.Error.WriteLine).Run(
                    new RestoreOptions
                    {
                        File = parsed.GetRequiredValue(file),
                        Replace = parsed.GetValue(replace),
                        Erasures = parsed.GetValue(erasures) ?? [],
                        WithoutErasures = parsed.GetValue(without),
                        OtherSecret = parsed.GetValue(other),
                        AcceptViolations = parsed.GetValue(accept),
                    },
                    stop
                )
        );
        return command;
    }

    public static Command MakeAfterRecovery()
    {
        var (erasures, without, other) = Shared();
        var command = new Command(
            "after-recovery",
            "What a database needs after a recovery to a point in time, before servers start."
        )
        {
            erasures,
            without,
            other,
        };
        command.SetAction(
            (parsed, stop) =>
                AfterRecovery(
                    Commands.ReadSettings(),
                    new RestoreOptions
                    {
                        Erasures = parsed.GetValue(erasures) ?? [],
                        WithoutErasures = parsed.GetValue(without),
                        OtherSecret = parsed.GetValue(other),
                    },
                    stop
                )
        );
        return command;
    }

    private static async Task<int> AfterRecovery(
        Settings settings,
        RestoreOptions options,
        CancellationToken stop
    )
    {
        await using (var place = await RestorePlace.Enter(settings.DirectDatabase, stop))
            await place.DemandAlone(stop);
        await new Migrator(settings.DirectDatabase, Console.Error.WriteLine).Run(stop);
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(settings.DirectDatabase)
            {
                Pooling = false,
                CommandTimeout = 0,
            }.ConnectionString
        );
        await connection.OpenAsync(stop);
        if (!options.OtherSecret)
            SecretMark.Demand(
                await connection.Value<byte[]>("select mark from secret_mark", null, stop),
                settings,
                "The database"
            );
        var erasures = await RestoreOptions.Ledgers(options, settings, needed: true, stop);
        int erased = await Aftercare.Run(connection, erasures, TimeProvider.System.GetUtcNow(), stop);
        await Console.Error.WriteLineAsync($"erased again: {erased} of {erasures.Count} who asked for it");
        return await Aftercare.Check(connection, Console.Error.WriteLine, stop) == 0 ? 0 : 2;
    }

    private static (Option<string[]> Erasures, Option<bool> Without, Option<bool> Other) Shared() =>
        (
            new Option<string[]>("--erasures")
            {
                Description = "A ledger of erasures (MUTUALAID_ERASURES), one for each server that kept one.",
            },
            new Option<bool>("--without-erasures")
            {
                Description = "There is no such ledger: who was erased since the backup is there again.",
            },
            new Option<bool>("--other-secret")
            {
                Description = "The old secret is lost: what it sealed cannot be read any more.",
            }
        );
}
