using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace MutualAid.Server.Recovery;

/// <summary>PostgreSQL's own <c>pg_dump</c> and <c>pg_restore</c>, of the server's version or the next newer that is installed.</summary>
public sealed partial class PostgresTools
{
    private readonly string folder;
    private readonly NpgsqlConnectionStringBuilder connection;

    private PostgresTools(string folder, NpgsqlConnectionStringBuilder connection) =>
        (this.folder, this.connection) = (folder, connection);

    /// <exception cref="CommandException">None is installed, or all are older than the server.</exception>
    public static async Task<PostgresTools> Find(
        string connectionString,
        int serverMajor,
        CancellationToken stop
    )
    {
        var found = new List<(int Major, string Folder)>();
        foreach (string folder in Folders().Distinct())
            if (
                File.Exists(Path.Combine(folder, "pg_dump"))
                && File.Exists(Path.Combine(folder, "pg_restore"))
                && await Run(Path.Combine(folder, "pg_dump"), ["--version"], null, stop)
                    is { Code: 0 } version
                && Major().Match(version.Output) is { Success: true } major
            )
                found.Add((int.Parse(major.Groups[1].Value, CultureInfo.InvariantCulture), folder));
        // The server's own version first: what a newer pg_restore sets, an older server may not know.
        var best = found
            .Where(tool => tool.Major >= serverMajor)
            .OrderBy(tool => tool.Major)
            .FirstOrDefault();
        if (best.Folder is null)
            throw new CommandException(
                (
                    found.Count == 0
                        ? "pg_dump and pg_restore are not installed"
                        : $"The server is PostgreSQL {serverMajor}, and the newest pg_dump here is {found.Max(tool => tool.Major)}"
                ) + $". Install them: sudo apt-get install postgresql-client-{serverMajor}"
            );
        return new PostgresTools(best.Folder, new NpgsqlConnectionStringBuilder(connectionString));
    }

    public Task<Ended> Dump(IEnumerable<string> arguments, CancellationToken stop) =>
        Run(
            Path.Combine(folder, "pg_dump"),
            [.. arguments, "--dbname", connection.Database!],
            connection,
            stop
        );

    /// <param name="database">Null: reads the file only.</param>
    public Task<Ended> Restore(string? database, IEnumerable<string> arguments, CancellationToken stop) =>
        Run(
            Path.Combine(folder, "pg_restore"),
            database is null ? [.. arguments] : ["--dbname", database, .. arguments],
            connection,
            stop
        );

    private static IEnumerable<string> Folders() =>
        [
            .. (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                // Debian's wrapper in /usr/bin chooses a version by clusters of its own: the versions themselves come first.
                .OrderBy(folder => folder is "/usr/bin" or "/bin"),
            .. new[] { "/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt" }
                .Where(Directory.Exists)
                .SelectMany(parent => Directory.GetDirectories(parent))
                .Select(version => Path.Combine(version, "bin")),
            .. Directory.Exists("/usr") ? Directory.GetDirectories("/usr", "pgsql-*") : [],
        ];

    private static async Task<Ended> Run(
        string program,
        string[] arguments,
        NpgsqlConnectionStringBuilder? connection,
        CancellationToken stop
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // PGHOST, PGOPTIONS and the like of the caller's shell speak of other databases.
        foreach (
            string name in start
                .Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal))
                .ToList()
        )
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C.UTF-8";
        if (connection is not null)
            Point(start.Environment, connection);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            throw;
        }
        return new Ended(process.ExitCode, await output, await errors);
    }

    // By the environment, not by arguments: a password among them could be read by everybody on the machine.
    private static void Point(
        IDictionary<string, string?> environment,
        NpgsqlConnectionStringBuilder connection
    )
    {
        void Set(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                environment[name] = value;
        }
        Set("PGHOST", connection.Host);
        Set("PGPORT", connection.Port.ToString(CultureInfo.InvariantCulture));
        Set("PGUSER", connection.Username);
        Set("PGPASSWORD", connection.Password);
        Set("PGPASSFILE", connection.Passfile);
        Set("PGSSLROOTCERT", connection.RootCertificate);
        Set(
            "PGSSLMODE",
            connection.SslMode switch
            {
                SslMode.VerifyCA => "verify-ca",
                SslMode.VerifyFull => "verify-full",
                var mode => mode.ToString().ToLowerInvariant(),
            }
        );
    }

    [GeneratedRegex(@"(\d+)(?:\.\d+|devel|beta\d+|rc\d+)")]
    private static partial Regex Major();

    /// <summary>How a run ended.</summary>
    public sealed record Ended(int Code, string Output, string Errors)
    {
        /// <summary>What went wrong, without the lines that quote rows.</summary>
        public string Complaint =>
            string.Join(
                " ",
                Errors
                    .Split('\n')
                    .Where(line =>
                        line.StartsWith("pg_", StringComparison.Ordinal) && line.Contains("error:")
                    )
                    .Take(2)
            )
                is { Length: > 0 } said
                ? said
                : $"exit code {Code}";
    }
}
