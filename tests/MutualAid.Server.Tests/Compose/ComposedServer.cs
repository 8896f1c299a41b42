using System.Diagnostics;

namespace MutualAid.Server.Tests.Compose;

/// <summary>A command of the image, run without one: its entry point, the command of the file, and the environment of both.</summary>
internal sealed class ComposedServer : IDisposable
{
    private readonly Process process;
    private readonly Task<string> said;

    public ComposedServer(string[] command, IReadOnlyDictionary<string, string> environment)
    {
        // "dotnet mutualaid.dll": the publish of the image, here the build of the tests.
        var start = new ProcessStartInfo(
            command[0],
            [Path.Combine(AppContext.BaseDirectory, command[1]), .. command[2..]]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (
            string name in start
                .Environment.Keys.Where(name => name.StartsWith("MUTUALAID_", StringComparison.Ordinal))
                .ToList()
        )
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        process = Process.Start(start)!;
        said = Both();
    }

    public bool HasExited => process.HasExited;

    /// <summary>The exit code and all that it said.</summary>
    public async Task<(int Code, string Said)> Ended()
    {
        string all = await said.WaitAsync(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync();
        return (process.ExitCode, all);
    }

    /// <summary>What <c>docker stop</c> sends first.</summary>
    public void Terminate() => Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }

    private async Task<string> Both()
    {
        var errors = process.StandardError.ReadToEndAsync();
        return await process.StandardOutput.ReadToEndAsync() + await errors;
    }
}
