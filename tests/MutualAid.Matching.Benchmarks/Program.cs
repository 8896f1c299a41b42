using System.Diagnostics;
using MutualAid.Matching.Benchmarks;
using MutualAid.Matching.Flow;

switch (args)
{
    case ["generate", var shape, var requests, var offers, var seed, var path]:
        InstanceFile.Write(
            new City(int.Parse(requests), int.Parse(offers), shape == "clustered", int.Parse(seed)).Nearest(
                16
            ),
            path
        );
        break;
    case ["solve", var path]:
        using (var file = new StreamReader(path))
        {
            var problem = InstanceFile.Read(file);
            for (int k = 0; k < 3; k++)
            {
                var watch = Stopwatch.StartNew();
                var plan = FlowSolver.Solve(
                    problem,
                    new FlowOptions
                    {
                        Deadline = null,
                        StartPrices = Environment.GetEnvironmentVariable("HI") is null
                            ? null
                            : [.. problem.Capacity.Select(_ => 1_000_000L)],
                    }
                );
                Console.WriteLine(
                    $"objective {plan.Objective} seconds {watch.Elapsed.TotalSeconds:0.000} gap {plan.Gap}"
                );
                if (k == 0)
                    foreach (var fault in Certificate.Verify(problem, plan).Faults.Take(3))
                        Console.WriteLine(fault);
            }
        }
        break;
}
