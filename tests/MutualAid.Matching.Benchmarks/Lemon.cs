using System.Diagnostics;
using System.Globalization;
using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Benchmarks;

/// <summary>LEMON's network simplex: a program of its own, which reads the instances from files.</summary>
internal sealed class Lemon(string program)
{
    /// <param name="Objective">The least cost it found.</param>
    /// <param name="Seconds">From the graph to the result.</param>
    /// <param name="RunSeconds">The same without its preparation.</param>
    internal readonly record struct Answer(Int128 Objective, double Seconds, double RunSeconds);

    internal Answer[] Solve(params IReadOnlyList<FlowProblem> problems)
    {
        var folder = Directory.CreateTempSubdirectory("matching");
        try
        {
            string[] files = [.. problems.Select((_, at) => Path.Combine(folder.FullName, $"{at}.txt"))];
            for (int at = 0; at < files.Length; at++)
                InstanceFile.Write(problems[at], files[at]);
            return Solve(files);
        }
        finally
        {
            folder.Delete(true);
        }
    }

    internal Answer[] Solve(string[] files)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, files) { RedirectStandardOutput = true }
        )!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}");
        return
        [
            .. output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Split(' '))
                .Select(word => new Answer(
                    Int128.Parse(word[1], CultureInfo.InvariantCulture),
                    Number(word[3]),
                    Number(word[5])
                )),
        ];
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
