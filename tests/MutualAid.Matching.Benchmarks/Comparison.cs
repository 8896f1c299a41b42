using System.Diagnostics;
using System.Globalization;
using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Benchmarks;

/// <summary>The same instances by both solvers in turn, the median of five; different objectives are an error.</summary>
internal sealed class Comparison(Lemon lemon)
{
    private const int Runs = 5;
    private static readonly FlowOptions NoDeadline = new() { Deadline = null };

    internal void Print(bool quick)
    {
        Console.WriteLine(
            "| instance | requests | offers | arcs | LEMON s | LEMON run only s | ours s | ratio | to run only |"
        );
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        (string, int, double, bool)[] cities =
        [
            ("slack", 20_000, 0.6, true),
            ("balanced", 20_000, 0.5, true),
            ("overload", 20_000, 0.4, true),
            ("overload", 20_000, 0.25, true),
            ("balanced, uniform", 20_000, 0.5, false),
            ("slack", 100_000, 0.6, true),
            ("balanced", 100_000, 0.5, true),
            ("overload", 100_000, 0.4, true),
            ("overload", 100_000, 0.25, true),
        ];
        foreach (var (name, requests, offers, clustered) in cities)
            if (!quick || requests <= 20_000)
            {
                var problem = new City(requests, (int)(requests * offers), clustered, 1).Nearest(16);
                Row(name, problem, () => FlowSolver.Solve(problem, NoDeadline), problem);
            }
        var city = new City(5_000, 2_500, true, 1);
        var placed = city.Placed(1_000);
        Row(
            "all pairs in reach",
            AllPairs.Of(placed),
            () => PlacedSolver.Solve(placed, NoDeadline).Plan,
            null
        );
    }

    /// <summary>How the time grows with the number of requests: the exponent of the power that fits.</summary>
    internal static void PrintGrowth()
    {
        Console.WriteLine();
        Console.WriteLine("| balanced requests | ours s | peak memory MB |");
        Console.WriteLine("| ---: | ---: | ---: |");
        var seconds = new Dictionary<int, double>();
        foreach (int requests in (int[])[10_000, 50_000, 100_000, 200_000])
        {
            var problem = new City(requests, requests / 2, true, 1).Nearest(16);
            FlowSolver.Solve(problem, NoDeadline);
            seconds[requests] = Median([
                .. Enumerable
                    .Range(0, 3)
                    .Select(_ => Time(() => FlowSolver.Solve(problem, NoDeadline)).Seconds),
            ]);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {requests:N0} | {seconds[requests]:0.000} | {PeakMegabytes(problem):0} |"
                )
            );
        }
        double exponent = Math.Log(seconds[200_000] / seconds[10_000]) / Math.Log(20);
        Console.WriteLine();
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"Grows as n^{exponent:0.00} from 10,000 to 200,000.")
        );
    }

    private void Row(string name, FlowProblem problem, Func<FlowPlan> solve, FlowProblem? verify)
    {
        var folder = Directory.CreateTempSubdirectory("matching");
        try
        {
            string file = Path.Combine(folder.FullName, "instance.txt");
            InstanceFile.Write(problem, file);
            var theirs = new List<Lemon.Answer>();
            var ours = new List<double>();
            for (int warm = 0; warm < 3; warm++)
                solve(); // compiled when it counts, as in a service that has made a few rounds
            for (int run = 0; run < Runs; run++)
            {
                theirs.AddRange(lemon.Solve([file]));
                var (seconds, plan) = Time(solve);
                ours.Add(seconds);
                if (plan.Objective != theirs[^1].Objective)
                    throw new InvalidOperationException(
                        $"{name}: {plan.Objective}, LEMON {theirs[^1].Objective}"
                    );
                if (
                    run == 0
                    && verify is not null
                    && Certificate.Verify(verify, plan) is { Accepted: false } wrong
                )
                    throw new InvalidOperationException(wrong.Faults[0]);
            }
            double lemonSeconds = Median([.. theirs.Select(one => one.Seconds)]);
            double runSeconds = Median([.. theirs.Select(one => one.RunSeconds)]);
            double ourSeconds = Median(ours);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {name} | {problem.RequestCount:N0} | {problem.OfferCount:N0} | {problem.ArcCount:N0} | {lemonSeconds:0.000} | {runSeconds:0.000} | {ourSeconds:0.000} | {ourSeconds / lemonSeconds:0.00} | {ourSeconds / runSeconds:0.00} |"
                )
            );
        }
        finally
        {
            folder.Delete(true);
        }
    }

    internal static (double Seconds, FlowPlan Plan) Time(Func<FlowPlan> solve)
    {
        GC.Collect();
        long start = Stopwatch.GetTimestamp();
        var plan = solve();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, plan);
    }

    // A process of its own, so that nothing of an earlier instance counts.
    private static double PeakMegabytes(FlowProblem problem)
    {
        string file = Path.GetTempFileName();
        try
        {
            InstanceFile.Write(problem, file);
            using var process = Process.Start(
                new ProcessStartInfo(Environment.ProcessPath!, ["memory", file])
                {
                    RedirectStandardOutput = true,
                }
            )!;
            return double.Parse(process.StandardOutput.ReadToEnd(), CultureInfo.InvariantCulture);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
