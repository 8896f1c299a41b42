namespace MutualAid.Matching.Flow;

/// <summary>
/// The cheapest plan over every pair within reach, without listing them: solves on the few nearest offers of each request,
/// lets the prices name the pairs whose absence costs something (their cost and price are below the request's value), adds
/// those and solves again, until none is missing (column generation; Dantzig and Wolfe 1960).
/// </summary>
/// <remarks>
/// The prices then satisfy every pair within reach, listed or not, so the plan is the cheapest of all. Ends because each round
/// adds a pair, and takes few rounds because the prices start from the last ones.
/// </remarks>
public static class PlacedSolver
{
    private const int Nearest = 8;

    // More at once would save rounds and cost arcs: the best few are nearly all that ever carry units.
    private const int AddedAtOnce = 6;

    /// <exception cref="ArgumentException">The problem's arrays do not belong together, or could overflow.</exception>
    public static PlacedPlan Solve(PlacedProblem problem, FlowOptions options)
    {
        problem.Validate();
        if (options.StartPrices is { } given && given.Length != problem.Capacity.Length)
            throw new ArgumentException("StartPrices must have an entry an offer");
        var countdown = new Countdown(options);
        var tree = new OfferTree(problem);
        var pairs = new PairList(problem);
        var candidates = new Candidates(Nearest);
        for (int request = 0; request < problem.Units.Length; request++)
            pairs.Add(request, Find(problem, tree, request, problem.UnmetCost[request], candidates));

        candidates = new Candidates(AddedAtOnce);
        var prices = options.StartPrices;
        for (int round = 1; ; round++)
        {
            var listed = pairs.ToProblem();
            listed.Validate();
            var plan = FlowSolver.Relaxed(listed, prices, countdown);
            tree.Reprice(plan.OfferPrices);
            if (!AddMissing(problem, tree, pairs, listed, plan.OfferPrices, candidates))
                return new PlacedPlan(listed, WholeRequests.Round(listed, plan, countdown), round);
            if (countdown.Past)
            {
                // Pairs are missing, so these prices prove nothing about all of them; values lowered to fit do.
                plan = WholeRequests.Round(listed, plan, countdown);
                return new PlacedPlan(
                    listed,
                    plan with
                    {
                        Bound = Bound(problem, tree, plan),
                        PastDeadline = true,
                    },
                    round
                );
            }
            prices = plan.OfferPrices;
        }
    }

    private static Candidates Find(
        PlacedProblem problem,
        OfferTree tree,
        int request,
        long limit,
        Candidates into
    )
    {
        into.Clear();
        tree.Cheapest(
            problem.RequestLongitude[request],
            problem.RequestLatitude[request],
            problem.Divisible[request] ? 0 : problem.Units[request],
            limit,
            into
        );
        return into;
    }

    private static bool AddMissing(
        PlacedProblem problem,
        OfferTree tree,
        PairList pairs,
        FlowProblem listed,
        long[] prices,
        Candidates candidates
    )
    {
        bool added = false;
        for (int request = 0; request < problem.Units.Length; request++)
        {
            long value = problem.UnmetCost[request];
            for (int arc = listed.ArcStart[request]; arc < listed.ArcStart[request + 1]; arc++)
                value = Math.Min(value, listed.ArcCost[arc] + prices[listed.ArcOffer[arc]]);
            // Below the value there is no listed pair, so all that is found is missing.
            if (problem.Units[request] > 0 && Find(problem, tree, request, value, candidates).Count > 0)
            {
                pairs.Add(request, candidates);
                added = true;
            }
        }
        return added;
    }

    private static long Bound(PlacedProblem problem, OfferTree tree, FlowPlan plan)
    {
        var best = new Candidates(1);
        long bound = 0;
        tree.Reprice(plan.OfferPrices);
        for (int request = 0; request < problem.Units.Length; request++)
        {
            long value = problem.UnmetCost[request];
            if (Find(problem, tree, request, value, best).Count > 0)
                value = best[0].Cost + plan.OfferPrices[best[0].Offer];
            bound += problem.Units[request] * value;
        }
        for (int offer = 0; offer < problem.Capacity.Length; offer++)
            bound -= problem.Capacity[offer] * plan.OfferPrices[offer];
        return bound;
    }
}
