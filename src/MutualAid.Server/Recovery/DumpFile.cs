using MutualAid.Server.Database;

namespace MutualAid.Server.Recovery;

/// <summary>A backup, looked at before anything is touched: whether it is one, and of which version and secret.</summary>
public sealed class DumpFile
{
    private DumpFile(string path, string madeAt, byte[]? secretMark) =>
        (Path, MadeAt, SecretMark) = (path, madeAt, secretMark);

    public string Path { get; }

    /// <summary>When the database that was dumped was made: copies of one database share it, no two others do.</summary>
    public string MadeAt { get; }

    /// <summary>Null when the database never had one.</summary>
    public byte[]? SecretMark { get; }

    /// <exception cref="CommandException">It cannot be read, is no dump of the service, or is not of a version that this program knows.</exception>
    public static async Task<DumpFile> Open(string path, PostgresTools tools, CancellationToken stop)
    {
        if (!File.Exists(path))
            throw new CommandException($"There is no file {path}.");
        byte[] start = new byte[5];
        await using (var file = File.OpenRead(path))
            if (
                await file.ReadAtLeastAsync(start, 5, throwOnEndOfStream: false, stop) < 5
                || !start.SequenceEqual("PGDMP"u8.ToArray())
            )
                throw new CommandException(
                    $"{path} is not a backup: it does not begin as pg_dump's custom format does."
                );
        var contents = await tools.Restore(null, ["--list", path], stop);
        if (contents.Code != 0)
            throw Broken(path, contents);
        if (!contents.Output.Contains("TABLE DATA public migration ", StringComparison.Ordinal))
            throw new CommandException(
                $"{path} is a dump of something else: it holds no migrations of this service."
            );

        var migrations = await Rows(path, "migration", tools, stop);
        var known = Migrator.Known();
        foreach (string[] row in migrations)
            Compare(path, row, known);
        string madeAt = migrations.First(row => row[0] == "1")[3];
        if (!contents.Output.Contains("TABLE DATA public secret_mark ", StringComparison.Ordinal))
            return new DumpFile(path, madeAt, null);
        var marks = await Rows(path, "secret_mark", tools, stop);
        return new DumpFile(path, madeAt, marks.Count == 0 ? null : Convert.FromHexString(marks[0][^1][3..]));
    }

    public static CommandException Broken(string path, PostgresTools.Ended ended) =>
        new($"{path} is cut off or damaged: {ended.Complaint}. Nothing was changed; try an older backup.");

    private static void Compare(
        string path,
        string[] row,
        IReadOnlyList<(string Name, string Checksum)> known
    )
    {
        var same = known.SingleOrDefault(file => file.Name == row[1]);
        if (same == default)
            throw new CommandException(
                $"{path} was made by a newer version of the service: it holds migration {row[1]}, and this program knows them up to "
                    + $"{known[^1].Name}. Restore it with that version. Nothing was changed."
            );
        if (same.Checksum != row[2])
            throw new CommandException(
                $"{path} was made by a different version of the service: its migration {row[1]} is not this program's. Nothing was changed."
            );
    }

    // The rows of one small table, as COPY wrote them.
    private static async Task<IReadOnlyList<string[]>> Rows(
        string path,
        string name,
        PostgresTools tools,
        CancellationToken stop
    )
    {
        var read = await tools.Restore(
            null,
            ["--data-only", "--schema", "public", "--table", name, "--file", "-", path],
            stop
        );
        if (read.Code != 0)
            throw Broken(path, read);
        return
        [
            .. read
                .Output.Split('\n')
                .SkipWhile(line => !line.StartsWith($"COPY public.{name} ", StringComparison.Ordinal))
                .Skip(1)
                .TakeWhile(line => line != "\\.")
                .Select(line => line.Split('\t')),
        ];
    }
}
