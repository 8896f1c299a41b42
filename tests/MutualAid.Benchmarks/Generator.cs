using System.Diagnostics;

namespace MutualAid.Benchmarks;

/// <summary>A load generator, which is a program of its own.</summary>
internal static class Generator
{
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; with its words.</exception>
    public static async Task<string> Run(
        string program,
        IEnumerable<string> arguments,
        params (string Name, string Value)[] environment
    )
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var running = Process.Start(start)!;
        var errors = running.StandardError.ReadToEndAsync();
        string output = await running.StandardOutput.ReadToEndAsync();
        await running.WaitForExitAsync();
        return running.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} failed: {await errors}{output}");
    }
}

/// <param name="PerSecond">Answers, or transactions, in a second.</param>
/// <param name="MedianMs">Half were answered within it.</param>
/// <param name="P99Ms">99 of 100 were answered within it; NaN where it was not measured.</param>
internal sealed record Measured(double PerSecond, double MedianMs, double P99Ms);
