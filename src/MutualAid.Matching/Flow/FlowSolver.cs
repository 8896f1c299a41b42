namespace MutualAid.Matching.Flow;

/// <summary>Finds the cheapest plan, with the prices that prove it.</summary>
public static class FlowSolver
{
    public static FlowPlan Solve(FlowProblem problem, FlowOptions options)
    {
        problem.Validate();
        var net = new Network(problem);
        if (options.StartPrices is { } prices)
            for (int offer = 0; offer < net.Offers; offer++)
                net.Price[offer] = Math.Max(0, prices[offer]);
        Start(net);
        var requests = new RequestSearch(net);
        for (int request = 0; request < net.Requests; request++)
            requests.Decide(request);
        var offers = new OfferSearch(net);
        for (int offer = 0; offer < net.Offers; offer++)
            offers.Fill(offer);
        return Finish(problem, net);
    }

    // The values that the prices imply: the least that every arc allows.
    private static void Start(Network net)
    {
        for (int request = 0; request < net.Requests; request++)
        {
            long value = net.UnmetCost[request];
            for (int arc = net.ArcStart[request]; arc < net.ArcStart[request + 1]; arc++)
                value = Math.Min(value, net.ArcCost[arc] + net.Price[net.ArcOffer[arc]]);
            net.Value[request] = value;
        }
    }

    private static FlowPlan Finish(FlowProblem problem, Network net)
    {
        long objective = 0;
        long bound = 0;
        for (int request = 0; request < net.Requests; request++)
        {
            for (int arc = net.ArcStart[request]; arc < net.ArcStart[request + 1]; arc++)
                objective += net.Flow[arc] * net.ArcCost[arc];
            objective += net.Unmet[request] * net.UnmetCost[request];
            bound += problem.Units[request] * net.Value[request];
        }
        for (int offer = 0; offer < net.Offers; offer++)
            bound -= problem.Capacity[offer] * net.Price[offer];
        return new FlowPlan
        {
            ArcUnits = net.Flow,
            Unmet = net.Unmet,
            OfferPrices = net.Price,
            Objective = objective,
            Bound = bound,
        };
    }
}
