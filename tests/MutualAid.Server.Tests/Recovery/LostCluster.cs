using System.Diagnostics;

namespace MutualAid.Server.Tests.Recovery;

/// <summary>
/// A PostgreSQL cluster of its own in a temporary folder, to be destroyed: the commands of docs/operations/recovery.md.
/// PostgreSQL refuses root, so root's clusters run as <c>postgres</c>.
/// </summary>
internal sealed class LostCluster : IAsyncDisposable
{
    private readonly List<Process> running = [];

    public LostCluster()
    {
        Home = Directory.CreateTempSubdirectory("ma-cluster-").FullName;
        if (Root)
            Run("chown", "postgres", Home).GetAwaiter().GetResult();
    }

    public string Home { get; }
    public string Data => $"{Home}/data";
    public string ConnectionString =>
        $"Host={Home};Username=postgres;Database=mutualaid;Include Error Detail=true";

    private static bool Root => Environment.UserName == "root";

    private static string Binaries { get; } =
        Directory
            .GetDirectories("/usr/lib/postgresql")
            .OrderBy(folder =>
                int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture)
            )
            .Last() + "/bin";

    /// <summary>Runs lines of bash as the cluster's owner.</summary>
    public async Task<string> Bash(string lines)
    {
        using var process = Start(lines);
        var errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"exit {process.ExitCode} of:\n{lines}\n{output}{await errors}");
        return output;
    }

    /// <summary>Starts a program that runs until the cluster goes.</summary>
    public void Beside(string line)
    {
        var process = Start("exec " + line);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        running.Add(process);
    }

    /// <summary>The server without a last word: killed, and its files removed.</summary>
    public Task Destroy() =>
        Bash(
            "kill -KILL $(head -n 1 data/postmaster.pid); while [[ -d /proc/$(head -n 1 data/postmaster.pid) ]]; do sleep 0.05; done; rm -rf data"
        );

    public async ValueTask DisposeAsync()
    {
        await Bash("[[ ! -e data/postmaster.pid ]] || pg_ctl stop -s -m immediate -D data");
        foreach (var process in running)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
        await Run("rm", "-rf", Home);
    }

    private Process Start(string lines) =>
        Programs.Start(
            "bash",
            "-euc",
            $"export PATH={Binaries}:/usr/bin:/bin PGHOST={Home} PGUSER=postgres; cd {Home}; {lines}"
        );

    private static async Task Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
    }
}
