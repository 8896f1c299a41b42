using System.Diagnostics;

namespace MutualAid.Server.Tests;

/// <summary>PostgreSQL's programs and PgBouncer refuse to run as root: root's run as <c>postgres</c>, as in the scripts.</summary>
internal static class Programs
{
    /// <summary>Starts it. As it takes no further process in between, to kill it is to kill the program itself.</summary>
    public static Process Start(string program, params string[] arguments)
    {
        string[] whole = Environment.IsPrivilegedProcess
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments]
            : [program, .. arguments];
        var start = new ProcessStartInfo(whole[0], whole[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
            Environment = { ["LC_ALL"] = "C.UTF-8", ["TZ"] = "UTC" },
        };
        return Process.Start(start)!;
    }

    /// <summary>Runs it to its end; what it printed. Another exit code than 0 fails with it.</summary>
    public static async Task<string> Run(string program, params string[] arguments)
    {
        using var process = Start(program, arguments);
        // Standard error is not waited for: a server that was started keeps it open.
        string said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {said}");
        return said.Trim();
    }

    /// <summary>A folder of the programs' own, also for their sockets (a socket's path has at most 107 bytes).</summary>
    public static Task<string> NewFolder() => Run("mktemp", "-d", "/tmp/mutualaid-test.XXXXXX");
}
