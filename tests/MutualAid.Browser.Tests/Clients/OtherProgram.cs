using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace MutualAid.Browser.Tests.Clients;

/// <summary>A program of somebody else's that reads the service, with a minute to do it in.</summary>
internal static class OtherProgram
{
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(1);

    /// <summary>The folder of what node runs, and what npm puts below it.</summary>
    public static string Folder { get; } = Find();

    /// <summary>A script of <see cref="Folder"/>; what it prints.</summary>
    public static Task<string> Node(string script, params string[] arguments)
    {
        Assert.True(
            Directory.Exists(Path.Combine(Folder, "node_modules")),
            $"What the clients are made of is not there: ./test fetches it where there are node and npm; or: npm ci in {Folder}"
        );
        return Run("node", "", [Path.Combine(Folder, script), .. arguments]);
    }

    /// <summary>What the program prints.</summary>
    /// <param name="advice">How to get it where it is missing.</param>
    public static async Task<string> Run(string program, string advice, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        using var process = Started(start, advice);
        using var stop = new CancellationTokenSource(Most);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(stop.Token);
            string said = await process.StandardOutput.ReadToEndAsync(stop.Token);
            await process.WaitForExitAsync(stop.Token);
            Assert.True(
                process.ExitCode == 0,
                $"{program} {string.Join(' ', arguments)}\n{said}\n{await errors}"
            );
            return said;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} was not done after {Most}");
        }
    }

    private static Process Started(ProcessStartInfo start, string advice)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{start.FileName} is not there. {advice}", e);
        }
    }

    private static string Find([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "clients"));
}
