using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Benchmarks;

/// <summary>
/// Small random problems for equality with LEMON: ties, zero capacities and units, requests and offers without arcs, all
/// costs equal, and costs up to 2^40.
/// </summary>
internal static class RandomProblems
{
    internal static void Compare(Lemon lemon, int count)
    {
        var random = new Random(1);
        FlowProblem[] problems = [.. Enumerable.Range(0, count).Select(_ => Next(random))];
        var theirs = lemon.Solve(problems);
        for (int at = 0; at < count; at++)
        {
            var plan = FlowSolver.Solve(problems[at], new FlowOptions { Deadline = null });
            if (plan.Objective != theirs[at].Objective)
                throw new InvalidOperationException(
                    $"random {at}: {plan.Objective}, LEMON {theirs[at].Objective}"
                );
            if (Certificate.Verify(problems[at], plan) is { Accepted: false } wrong)
                throw new InvalidOperationException($"random {at}: {wrong.Faults[0]}");
        }
        Console.WriteLine(
            $"{count} random instances: the same objective as LEMON, every certificate accepted."
        );
    }

    /// <summary>Plans over all pairs in reach, from the eight nearest of each request and what the prices ask for.</summary>
    internal static void ComparePlaced(Lemon lemon, int count)
    {
        var placed = Enumerable
            .Range(0, count)
            .Select(seed => new City(300, 90 + seed % 3 * 60, seed % 2 == 0, seed).Placed(60))
            .ToArray();
        var theirs = lemon.Solve(placed.Select(AllPairs.Of).ToArray());
        int rounds = 0;
        for (int at = 0; at < count; at++)
        {
            var found = PlacedSolver.Solve(placed[at], new FlowOptions { Deadline = null });
            rounds += found.Rounds;
            if (found.Plan.Objective != theirs[at].Objective)
                throw new InvalidOperationException(
                    $"placed {at}: {found.Plan.Objective}, LEMON {theirs[at].Objective}"
                );
        }
        Console.WriteLine(
            $"{count} instances with places: the same objective as LEMON over all pairs in reach, in {rounds} rounds."
        );
    }

    private static FlowProblem Next(Random random)
    {
        int requests = random.Next(1, 60);
        int offers = random.Next(1, 40);
        long greatest = ((long[])[0, 2, 1_000, 1_000_000, FlowProblem.GreatestCost])[random.Next(5)];
        double density = random.NextDouble() * random.NextDouble();
        int[] start = new int[requests + 1];
        var to = new List<int>();
        for (int request = 0; request < requests; request++)
        {
            to.AddRange(Enumerable.Range(0, offers).Where(_ => random.NextDouble() < density));
            start[request + 1] = to.Count;
        }
        return new FlowProblem
        {
            Units = [.. Enumerable.Range(0, requests).Select(_ => random.Next(0, 6))],
            Divisible = [.. Enumerable.Repeat(true, requests)],
            UnmetCost =
            [
                .. Enumerable
                    .Range(0, requests)
                    .Select(_ => random.Next(3) > 0 ? greatest : random.NextInt64(greatest + 1)),
            ],
            Capacity = [.. Enumerable.Range(0, offers).Select(_ => random.Next(0, 9))],
            ArcStart = start,
            ArcOffer = [.. to],
            ArcCost = [.. to.Select(_ => random.Next(9) == 0 ? greatest : random.NextInt64(greatest + 1))],
        };
    }
}
