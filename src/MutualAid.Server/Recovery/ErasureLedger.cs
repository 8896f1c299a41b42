using System.Globalization;
using System.Text;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Recovery;

/// <summary>
/// Who has been erased, in a file outside the database: a database that is lost takes its own record of erasures with it,
/// and a backup knows only those before it. One line an erasure, its time and the account's id; nothing tells who it was.
/// </summary>
public sealed class ErasureLedger(Settings settings)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Writes an erasure down, on the disk when it returns. Called inside the erasure's transaction: what cannot be written
    /// here is not erased there either, so no answer ever promises an erasure that a restore would undo.
    /// </summary>
    public Task Add(Guid account, DateTimeOffset at, CancellationToken stop) =>
        Append([new Erasure { AccountId = account, ErasedAt = at }], stop);

    /// <summary>
    /// Makes the file when there is none, so that an empty ledger can be told from a lost one, and adds what only the
    /// database knows: erasures from before the ledger was kept.
    /// </summary>
    /// <exception cref="SettingsException">It cannot be there.</exception>
    public async Task CatchUp(CancellationToken stop)
    {
        if (settings.Erasures is not { } file)
            return;
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(file))))
            throw new SettingsException($"MUTUALAID_ERASURES: the folder of {file} does not exist.");
        await using var source = NpgsqlDataSource.Create(settings.DirectDatabase);
        await using var connection = await source.OpenConnectionAsync(stop);
        var known = File.Exists(file) ? (await Read(file, stop)).Select(entry => entry.AccountId) : [];
        var missing = (await Of(connection, stop)).ExceptBy(known, entry => entry.AccountId);
        await Append([.. missing], stop);
    }

    /// <summary>What a database has recorded.</summary>
    public static Task<IReadOnlyList<Erasure>> Of(NpgsqlConnection connection, CancellationToken stop) =>
        connection.Rows<Erasure>(
            "select account_id, erased_at from erasure order by erased_at, account_id",
            null,
            stop
        );

    /// <exception cref="CommandException">A line is not an erasure.</exception>
    public static async Task<IReadOnlyList<Erasure>> Read(string file, CancellationToken stop)
    {
        if (!File.Exists(file))
            throw new CommandException($"The ledger of erasures {file} does not exist.");
        var entries = new List<Erasure>();
        int number = 0;
        await foreach (string line in File.ReadLinesAsync(file, stop))
        {
            number++;
            string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length == 0)
                continue;
            if (
                parts.Length != 2
                || !DateTimeOffset.TryParseExact(
                    parts[0],
                    "O",
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out var at
                )
                || !Guid.TryParseExact(parts[1], "D", out var account)
            )
                throw new CommandException(
                    $"{file}, line {number} is not an erasure (a time and an account's id). A line that was cut off at the end "
                        + "was never answered and may be removed; anything else wants to be understood first."
                );
            entries.Add(new Erasure { AccountId = account, ErasedAt = at });
        }
        return entries;
    }

    private async Task Append(IReadOnlyList<Erasure> entries, CancellationToken stop)
    {
        if (settings.Erasures is not { } file)
            return;
        await using var stream = await OpenAlone(file, stop);
        // A line that a crash cut off must not swallow this one.
        bool cut = stream.Length > 0;
        if (cut)
        {
            stream.Seek(-1, SeekOrigin.End);
            cut = stream.ReadByte() != '\n';
        }
        string lines = string.Concat(entries.Select(e => $"{e.ErasedAt.UtcDateTime:O} {e.AccountId}\n"));
        await stream.WriteAsync(Encoding.ASCII.GetBytes(cut ? "\n" + lines : lines), stop);
        stream.Flush(flushToDisk: true);
    }

    // The file may be shared by the servers of one machine: one writes at a time.
    private static async Task<FileStream> OpenAlone(string file, CancellationToken stop)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        for (var waited = TimeSpan.Zero; ; waited += TimeSpan.FromMilliseconds(20))
        {
            try
            {
                return new FileStream(file, options);
            }
            catch (IOException e)
                when (waited < LongestWait && e is not (FileNotFoundException or DirectoryNotFoundException))
            {
                await Task.Delay(20, stop);
            }
        }
    }
}

/// <summary>An account that asked to be forgotten, and when.</summary>
public sealed record Erasure
{
    public required Guid AccountId { get; init; }
    public required DateTimeOffset ErasedAt { get; init; }
}
