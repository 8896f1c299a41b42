using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Benchmarks;

/// <summary>
/// A problem as plain text. Line 1: requests and offers. Line 2: the capacities. Then a line a request:
/// <c>units divisible(0|1) unmetCostPerUnit degree</c>, then <c>offer cost</c> for each arc; offers count from 0.
/// </summary>
internal static class InstanceFile
{
    internal static void Write(FlowProblem problem, string path)
    {
        using var to = new StreamWriter(path) { NewLine = "\n" };
        to.WriteLine($"{problem.RequestCount} {problem.OfferCount}");
        to.WriteLine(string.Join(' ', problem.Capacity));
        for (int request = 0; request < problem.RequestCount; request++)
        {
            var (start, end) = (problem.ArcStart[request], problem.ArcStart[request + 1]);
            to.Write($"{problem.Units[request]} {(problem.Divisible[request] ? 1 : 0)} ");
            to.Write($"{problem.UnmetCost[request]} {end - start}");
            for (int arc = start; arc < end; arc++)
                to.Write($" {problem.ArcOffer[arc]} {problem.ArcCost[arc]}");
            to.WriteLine();
        }
    }

    /// <exception cref="InvalidDataException">Says what was expected, and on which line.</exception>
    internal static FlowProblem Read(TextReader from)
    {
        var numbers = new Numbers(from);
        int requests = numbers.Next();
        int offers = numbers.Next();
        var capacity = new int[offers];
        for (int offer = 0; offer < offers; offer++)
            capacity[offer] = numbers.Next();
        var units = new int[requests];
        var divisible = new bool[requests];
        var unmet = new long[requests];
        var start = new int[requests + 1];
        var arcOffer = new List<int>();
        var arcCost = new List<long>();
        for (int request = 0; request < requests; request++)
        {
            units[request] = numbers.Next();
            divisible[request] = numbers.Next() != 0;
            unmet[request] = numbers.NextLong();
            for (int degree = numbers.Next(); degree > 0; degree--)
            {
                arcOffer.Add(numbers.Next());
                arcCost.Add(numbers.NextLong());
            }
            start[request + 1] = arcOffer.Count;
        }
        return new FlowProblem
        {
            Units = units,
            Divisible = divisible,
            UnmetCost = unmet,
            Capacity = capacity,
            ArcStart = start,
            ArcOffer = [.. arcOffer],
            ArcCost = [.. arcCost],
        };
    }

    private sealed class Numbers(TextReader from)
    {
        private int line = 1;

        internal int Next() =>
            NextLong() is var value && value <= int.MaxValue
                ? (int)value
                : throw new InvalidDataException($"line {line}: {value} is more than {int.MaxValue}");

        internal long NextLong()
        {
            int c = from.Read();
            while (c is ' ' or '\n' or '\r' or '\t')
            {
                line += c == '\n' ? 1 : 0;
                c = from.Read();
            }
            if (c is < '0' or > '9')
                throw new InvalidDataException(
                    $"line {line}: a number of 0 or more is expected, not {(c < 0 ? "the end" : $"'{(char)c}'")}"
                );
            long value = 0;
            for (; c is >= '0' and <= '9'; c = from.Read())
                value = checked(value * 10 + (c - '0'));
            line += c == '\n' ? 1 : 0;
            return value;
        }
    }
}
