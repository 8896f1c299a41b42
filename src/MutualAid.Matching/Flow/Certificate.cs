namespace MutualAid.Matching.Flow;

/// <summary>
/// What a plan is worth, found by reading it once and trusting nothing in it: shares no code with the solver.
/// </summary>
/// <param name="Faults">What is wrong with the plan, precisely; empty when it keeps every rule and every claim it makes.</param>
/// <param name="Objective">What the plan costs.</param>
/// <param name="Bound">
/// What no plan can cost less than, by weak duality: with prices p ≥ 0 and values w = min(unmet cost, min(cost + p) over the
/// request's arcs), every plan costs at least Σ units·w − Σ capacity·p.
/// </param>
public sealed record Certificate(IReadOnlyList<string> Faults, Int128 Objective, Int128 Bound)
{
    /// <summary>How much cheaper a plan could be at most.</summary>
    public Int128 Gap => Objective - Bound;

    /// <summary>Whether the plan keeps every rule and is as good as it says.</summary>
    public bool Accepted => Faults.Count == 0;

    /// <summary>Reads a plan once: O(arcs).</summary>
    public static Certificate Verify(FlowProblem problem, FlowPlan plan)
    {
        var faults = new List<string>();
        if (
            plan.ArcUnits.Length != problem.ArcOffer.Length
            || plan.Unmet.Length != problem.Units.Length
            || plan.OfferPrices.Length != problem.Capacity.Length
        )
            return new Certificate(["the plan is not of this problem: its arrays differ in length"], 0, 0);

        bool best = plan.Objective == plan.Bound;
        Int128 objective = 0;
        Int128 bound = 0;
        var given = new long[problem.Capacity.Length];
        for (int request = 0; request < problem.Units.Length; request++)
        {
            long met = 0;
            int carriers = 0;
            long value = problem.UnmetCost[request];
            for (int arc = problem.ArcStart[request]; arc < problem.ArcStart[request + 1]; arc++)
            {
                int offer = problem.ArcOffer[arc];
                // Of an indivisible request a smaller offer can carry nothing, so its arc bounds nothing either.
                if (problem.Divisible[request] || problem.Capacity[offer] >= problem.Units[request])
                    value = Math.Min(value, problem.ArcCost[arc] + plan.OfferPrices[offer]);
                int units = plan.ArcUnits[arc];
                if (units < 0)
                    faults.Add($"request {request} gets {units} units of offer {offer}");
                if (units == 0)
                    continue;
                carriers++;
                met += units;
                given[offer] += units;
                objective += (Int128)units * problem.ArcCost[arc];
            }
            if (plan.Unmet[request] < 0 || met + plan.Unmet[request] != problem.Units[request])
                faults.Add(
                    $"request {request} wants {problem.Units[request]} units: {met} met and {plan.Unmet[request]} unmet"
                );
            if (!problem.Divisible[request] && met > 0 && (carriers > 1 || met != problem.Units[request]))
                faults.Add(
                    $"indivisible request {request} gets {met} of {problem.Units[request]} units of {carriers} offers"
                );
            objective += (Int128)plan.Unmet[request] * problem.UnmetCost[request];
            bound += (Int128)problem.Units[request] * value;
            if (best)
                Slackness(problem, plan, request, value, faults);
        }
        for (int offer = 0; offer < problem.Capacity.Length; offer++)
        {
            long price = plan.OfferPrices[offer];
            if (given[offer] > problem.Capacity[offer])
                faults.Add($"offer {offer} gives {given[offer]} of {problem.Capacity[offer]} units");
            if (price < 0)
                faults.Add($"offer {offer} has the price {price}");
            if (best && price > 0 && given[offer] < problem.Capacity[offer])
                faults.Add(
                    $"offer {offer} has the price {price} and {problem.Capacity[offer] - given[offer]} free units"
                );
            bound -= (Int128)problem.Capacity[offer] * price;
        }
        if (objective != plan.Objective)
            faults.Add($"the plan costs {objective}, not {plan.Objective}");
        if (bound < plan.Bound)
            faults.Add($"the prices prove the bound {bound}, not {plan.Bound}");
        return new Certificate(faults, objective, bound);
    }

    // Complementary slackness: where a plan that says it is the best differs from its prices, and by how much a unit.
    private static void Slackness(
        FlowProblem problem,
        FlowPlan plan,
        int request,
        long value,
        List<string> faults
    )
    {
        for (int arc = problem.ArcStart[request]; arc < problem.ArcStart[request + 1]; arc++)
        {
            long reduced = problem.ArcCost[arc] + plan.OfferPrices[problem.ArcOffer[arc]] - value;
            if (plan.ArcUnits[arc] > 0 && reduced != 0)
                faults.Add(
                    $"request {request} gets units of offer {problem.ArcOffer[arc]} at the reduced cost {reduced}"
                );
        }
        if (plan.Unmet[request] > 0 && problem.UnmetCost[request] != value)
            faults.Add(
                $"request {request} has unmet units and could be met {problem.UnmetCost[request] - value} cheaper"
            );
    }
}
