namespace MutualAid.Matching.Flow;

/// <summary>Finds the cheapest plan, with the prices that prove it.</summary>
public static class FlowSolver
{
    /// <summary>
    /// The cheapest plan when every request is divisible or of one unit. Otherwise the problem is NP-hard (bin packing is a
    /// case of it): then a good plan, and its gap to the cheapest that splits requests freely. Past the deadline the rest is
    /// planned shortest edge first, and the gap says what that may have cost.
    /// </summary>
    /// <exception cref="ArgumentException">The problem's arrays do not belong together, or could overflow.</exception>
    public static FlowPlan Solve(FlowProblem problem, FlowOptions options)
    {
        problem.Validate();
        if (options.StartPrices is { } prices && prices.Length != problem.OfferCount)
            throw new ArgumentException("StartPrices must have an entry an offer");
        var countdown = new Countdown(options);
        var plan = Relaxed(problem, options.StartPrices, countdown);
        return WholeRequests.Round(problem, plan, countdown);
    }

    /// <summary>The cheapest plan that may split every request.</summary>
    internal static FlowPlan Relaxed(FlowProblem problem, long[]? startPrices, Countdown countdown)
    {
        var laidOut = new NetworkOfProblem(problem);
        var net = laidOut.Network;
        if (startPrices is not null)
            laidOut.StartFrom(startPrices);
        new Searches(net, countdown).Run(startPrices is null);
        if (countdown.Past)
        {
            ShortestFirst.Rest(net);
            ShortestFirst.BetterBound(net);
        }
        return laidOut.Plan() with { PastDeadline = countdown.Past };
    }
}
