using MutualAid.Matching.Flow;

namespace MutualAid.Matching.Tests.Flow;

/// <summary>The least cost with indivisible requests: every choice of an offer for each of them is tried.</summary>
internal static class BestWholeByHand
{
    internal static Int128 Cost(FlowProblem problem) =>
        From(problem, 0, [.. problem.Units], [.. problem.Capacity]);

    private static Int128 From(FlowProblem problem, int request, int[] left, int[] room)
    {
        while (request < problem.RequestCount && (problem.Divisible[request] || problem.Units[request] == 0))
            request++;
        if (request == problem.RequestCount)
            return CheapestByHand.Cost(problem with { Units = left, Capacity = room });
        int units = problem.Units[request];
        left[request] = 0;
        var best = (Int128)units * problem.UnmetCost[request] + From(problem, request + 1, left, room);
        for (int arc = problem.ArcStart[request]; arc < problem.ArcStart[request + 1]; arc++)
        {
            int offer = problem.ArcOffer[arc];
            if (room[offer] < units)
                continue;
            room[offer] -= units;
            var cost = (Int128)units * problem.ArcCost[arc] + From(problem, request + 1, left, room);
            room[offer] += units;
            best = cost < best ? cost : best;
        }
        left[request] = units;
        return best;
    }
}
