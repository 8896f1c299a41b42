using System.Globalization;

namespace MutualAid.Seed.Simulation;

/// <summary><c>./run simulate</c>: compares the policies and writes what came of it. The same options give the same bytes.</summary>
public static class DaysComparison
{
    /// <param name="options">What to run.</param>
    /// <param name="folder">Where the pictures and <c>README.md</c> go; null: the tables alone, to <paramref name="write"/>.</param>
    /// <param name="write">Takes the tables.</param>
    /// <param name="tell">Takes word of how far it has come.</param>
    /// <param name="stop">Ends it early.</param>
    /// <exception cref="CallsFileException">The file of calls cannot be read.</exception>
    public static void Run(
        SimulationOptions options,
        string? folder,
        Action<string> write,
        Action<string> tell,
        CancellationToken stop
    )
    {
        var comparison = new Comparison(options, tell);
        var results = comparison.Run(stop);
        var report = new Report();
        report.Line($"# {(options.CallsFile is null ? "Days of the synthetic city" : "Days of real calls")}");
        report.Line();
        report.Line($"Made by `{Command(options)}`.");
        report.Line();
        if (comparison.Calls is { } calls)
        {
            report.Line(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{calls.Answerable.Count:N0} calls that neighbours could answer, from {CallsFile.West} to {CallsFile.East} °E and {CallsFile.South} to {CallsFile.North} °N; left out: {calls.Outside:N0} rows outside that box and {calls.Others:N0} that ask for nothing a neighbour can bring. {options.Fold} days of calls make one day here."
                )
            );
            report.Line();
        }
        foreach (var result in results)
            report.Regime(result);
        if (folder is null)
        {
            write(report.ToString());
            return;
        }
        Directory.CreateDirectory(folder);
        void Picture(string name, string words, string svg)
        {
            File.WriteAllText(Path.Combine(folder, name), svg);
            report.Line($"![{words}]({name})");
            report.Line();
        }
        report.Areas(results[^1]);
        Picture(
            "times.svg",
            "Mean and 95th percentile of the time to help, by policy and regime",
            Pictures.Times(results)
        );
        Picture("unmet.svg", "Units unmet by urgency and policy", Pictures.Unmet(results[^1]));
        Picture("areas.svg", "Share of units served by area and policy", Pictures.Areas(results[^1]));
        if (options.Front)
        {
            var front = comparison.RunFront(stop);
            report.Line("# The weights");
            report.Line();
            report.Regime(front);
            Picture(
                "front.svg",
                "Mean against p95 and against the gap between areas, over the weights",
                FrontPicture.Draw(front)
            );
        }
        File.WriteAllText(Path.Combine(folder, "README.md"), report.ToString());
        write($"Written: {Path.Combine(folder, "README.md")} and its pictures.");
    }

    private static string Command(SimulationOptions options)
    {
        var usual = new SimulationOptions();
        var said = new List<string>
        {
            "./run simulate",
            $"--days {options.Days}",
            $"--seeds {options.Seeds}",
        };
        if (options.Regimes.Count < usual.Regimes.Count)
            said.Add($"--regime {string.Join(' ', options.Regimes)}");
        if (options.Policies.Count < usual.Policies.Count)
            said.Add($"--policy {string.Join(' ', options.Policies)}");
        if (options.CallsFile is { } file)
            said.Add($"--calls {Path.GetFileName(file)} --fold {options.Fold}");
        if (options.Conditions.ReachFactor != usual.Conditions.ReachFactor)
            said.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"--reach-factor {options.Conditions.ReachFactor}"
                )
            );
        if (options.Conditions.HouseholdsADay != usual.Conditions.HouseholdsADay)
            said.Add($"--households-a-day {options.Conditions.HouseholdsADay}");
        if (options.Front)
            said.Add("--front");
        return string.Join(' ', said);
    }
}
