namespace MutualAid.Matching;

/// <summary>Plans round after round, each from where the last one ended. For one thread at a time.</summary>
public sealed class RoundPlanner(PlanOptions options)
{
    private Dictionary<Guid, long> prices = [];

    /// <summary>
    /// Whom to ask for what now. Givers come by themselves: everybody listed may be asked for one trip.
    /// </summary>
    /// <param name="waiting">What waits; unchanged afterwards.</param>
    /// <param name="givers">Who may be asked, each once.</param>
    /// <param name="deficits">By ward: see <see cref="CostModel.UnmetCost"/>; wards that are not listed have none.</param>
    /// <param name="now">The time by which requests have aged.</param>
    public RoundPlan Plan(
        WaitingRequests waiting,
        IReadOnlyList<ReadyGiver> givers,
        IReadOnlyDictionary<Guid, double> deficits,
        DateTimeOffset now
    )
    {
        waiting.Reweigh(deficits);
        var round = new RoundInProgress(waiting, givers, prices, now, options);
        var plan = round.Plan();
        prices = round.FirstPrices.ToDictionary(price => price.Offer, price => price.Price);
        return plan;
    }
}
