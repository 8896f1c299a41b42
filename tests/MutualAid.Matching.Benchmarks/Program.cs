using System.Diagnostics;
using System.Globalization;
using MutualAid.Matching.Benchmarks;
using MutualAid.Matching.Flow;

var noDeadline = new FlowOptions { Deadline = null };
try
{
    switch (args)
    {
        case ["solve", var path]:
            var problem = Read(path);
            var (seconds, plan) = Comparison.Time(() => FlowSolver.Solve(problem, noDeadline));
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"objective {plan.Objective} seconds {seconds:0.000} gap {plan.Gap}"
                )
            );
            return 0;
        case ["memory", var path]:
            FlowSolver.Solve(Read(path), noDeadline);
            using (var self = Process.GetCurrentProcess())
                Console.WriteLine((self.PeakWorkingSet64 / 1e6).ToString("0", CultureInfo.InvariantCulture));
            return 0;
        case ["generate", "clustered" or "uniform", var requests, var offers, var seed, var path]:
            var city = new City(Number(requests), Number(offers), args[1] == "clustered", Number(seed));
            InstanceFile.Write(city.Nearest(16), path);
            return 0;
        case ["growth"]:
            Comparison.PrintGrowth();
            return 0;
        case ["equal", var lemon]:
            RandomProblems.Compare(new Lemon(lemon), 500);
            RandomProblems.ComparePlaced(new Lemon(lemon), 200);
            return 0;
        case ["compare", var lemon, .. var quick] when quick is [] or ["--quick"]:
            var comparison = new Comparison(new Lemon(lemon));
            RandomProblems.Compare(new Lemon(lemon), 500);
            RandomProblems.ComparePlaced(new Lemon(lemon), 200);
            Console.WriteLine();
            comparison.Print(quick is not []);
            if (quick is [])
                Comparison.PrintGrowth();
            return 0;
        default:
            Console.Error.WriteLine(
                "solve FILE | generate clustered|uniform REQUESTS OFFERS SEED FILE | growth | equal LEMON | compare LEMON [--quick]"
            );
            return 2;
    }
}
catch (Exception wrong)
    when (wrong is InvalidDataException or InvalidOperationException or ArgumentException or IOException)
{
    Console.Error.WriteLine(wrong.Message);
    return 1;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static FlowProblem Read(string path)
{
    using var file = new StreamReader(path);
    return InstanceFile.Read(file);
}
