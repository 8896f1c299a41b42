using System.Diagnostics;
using System.Globalization;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Recovery;

/// <summary>
/// Restores into a database beside the target, makes it ready there, and puts it in the target's place by renaming: until
/// that moment the target is as it was, and what fails half-way leaves nothing behind.
/// </summary>
public sealed class Restore(Settings settings, TimeProvider time, Action<string> say)
{
    /// <returns>The exit code: 0, or 2 when invariants are violated.</returns>
    /// <exception cref="CommandException">Nothing was changed; the message says why.</exception>
    public async Task<int> Run(RestoreOptions options, CancellationToken stop)
    {
        long started = Stopwatch.GetTimestamp();
        await using var place = await RestorePlace.Enter(settings.DirectDatabase, stop);
        var tools = await PostgresTools.Find(settings.DirectDatabase, place.ServerMajor, stop);
        var dump = await DumpFile.Open(Path.GetFullPath(options.File), tools, stop);
        if (!options.OtherSecret)
            SecretMark.Demand(dump.SecretMark, settings, dump.Path);
        if (await place.HoldsData(stop) && !options.Replace)
            throw new CommandException(
                $"The database {place.Target} holds data. --replace puts the backup in its place; what is there now stays beside it as {place.Replaced}."
            );
        await place.DemandAlone(stop);
        var erasures = await Erasures(place, dump, options, stop);

        int violations;
        await place.Make(stop);
        try
        {
            var ended = await tools.Restore(
                place.Making,
                ["--exit-on-error", $"--jobs={Math.Clamp(Environment.ProcessorCount, 1, 8)}", dump.Path],
                stop
            );
            if (ended.Code != 0)
                throw ended.Errors.Contains("role \"", StringComparison.Ordinal)
                    ? new CommandException(
                        $"The backup's tables belong to a role that is not here: {ended.Complaint}. Create that role first. Nothing was changed."
                    )
                    : DumpFile.Broken(dump.Path, ended);
            string making = new NpgsqlConnectionStringBuilder(settings.DirectDatabase)
            {
                Database = place.Making,
                Pooling = false,
                CommandTimeout = 0,
            }.ConnectionString;
            await new Migrator(making, say).Run(stop);
            await using (var connection = new NpgsqlConnection(making))
            {
                await connection.OpenAsync(stop);
                int erased = await Aftercare.Run(connection, erasures, time.GetUtcNow(), stop);
                say($"erased again: {erased} of {erasures.Count} who asked for it");
                // A dump brings no statistics, and the first rounds would plan without any.
                await connection.Execute("analyze (verbose off)", null, stop);
                violations = await Aftercare.Check(connection, say, stop);
            }
            if (violations > 0 && !options.AcceptViolations)
            {
                say($"{place.Target} is as it was. --accept-violations takes this backup all the same");
                return 2;
            }
            await place.Swap(stop);
        }
        finally
        {
            await place.Forget();
        }
        say(
            string.Create(
                CultureInfo.InvariantCulture,
                $"restored {dump.Path} to {place.Target} in {Stopwatch.GetElapsedTime(started).TotalSeconds:N1} s; everybody signs in anew"
            )
        );
        if (place.Kept)
            say(
                $"what was there before is kept as {place.Replaced}: drop database \"{place.Replaced}\" when nobody misses it"
            );
        return violations == 0 ? 0 : 2;
    }

    // The old database knows every erasure since the backup, if it is the one that was backed up and not another that came
    // to stand in its place; otherwise the ledger does.
    private async Task<IReadOnlyList<Erasure>> Erasures(
        RestorePlace place,
        DumpFile dump,
        RestoreOptions options,
        CancellationToken stop
    )
    {
        var all = new List<Erasure>();
        var known = await place.ErasuresOf(dump.MadeAt, stop);
        all.AddRange(known ?? []);
        all.AddRange(await RestoreOptions.Ledgers(options, settings, needed: known is null, stop));
        return all;
    }
}

/// <summary>What restoring was told.</summary>
public sealed record RestoreOptions
{
    public string File { get; init; } = "";
    public bool Replace { get; init; }
    public bool OtherSecret { get; init; }
    public bool AcceptViolations { get; init; }
    public bool WithoutErasures { get; init; }
    public IReadOnlyList<string> Erasures { get; init; } = [];

    /// <summary>The erasures in the ledgers that were named, and in the one that the settings name if it is there.</summary>
    /// <exception cref="CommandException">There is none, and it was not said that nobody is to be erased.</exception>
    internal static async Task<IReadOnlyList<Erasure>> Ledgers(
        RestoreOptions options,
        Settings settings,
        bool needed,
        CancellationToken stop
    )
    {
        var files = options.Erasures.ToList();
        if (settings.Erasures is { } own && System.IO.File.Exists(own))
            files.Add(own);
        if (needed && files.Count == 0 && !options.WithoutErasures)
            throw new CommandException(
                "Who asked to be forgotten since then would be there again. Name the ledger of erasures: --erasures FILE (what "
                    + "MUTUALAID_ERASURES named on each server); or say --without-erasures if there is none. Nothing was changed."
            );
        var all = new List<Erasure>();
        foreach (string file in files)
            all.AddRange(await ErasureLedger.Read(file, stop));
        return all;
    }
}
