namespace MutualAid.Matching;

/// <summary>
/// Lets one giver bring all that a household needs: what another was to bring goes along with whoever visits the door anyway,
/// if they have it too. The flow cannot see this, since it pays for each unit by itself; every move saves a visit.
/// </summary>
internal static class VisitMerge
{
    public static void Make(IEnumerable<ReadyGiver> givers, RoundInProgress round)
    {
        var households = givers
            .SelectMany(giver => giver.Trip!.Stops.Select(stop => (Giver: giver, Stop: stop)))
            .GroupBy(visit => visit.Stop.Request.Household)
            .Where(visits => visits.Select(visit => visit.Giver).Distinct().Count() > 1)
            .OrderBy(visits => visits.Key);
        foreach (var visits in households)
        {
            // Who brings most to the door already, or might bring all.
            foreach (
                var candidate in visits
                    .GroupBy(visit => visit.Giver)
                    .OrderByDescending(stops => stops.Count())
                    .ThenByDescending(stops => stops.Key.Offers.Count)
                    .ThenBy(stops => stops.Key.Account)
                    .Select(stops => stops.Key)
            )
            foreach (var (giver, stop) in visits)
                if (giver != candidate && giver.Trip!.Holds(stop) && candidate.Trip!.Visits(stop.Request))
                    Move(stop, giver, candidate, round);
        }
    }

    private static void Move(Trip.Stop stop, ReadyGiver from, ReadyGiver to, RoundInProgress round)
    {
        // The first stop is a trip's centre: it goes only with the whole trip.
        if (from.Trip!.Stops.Count > 1 && from.Trip.Stops[0].Request == stop.Request)
            return;
        var request = stop.Request;
        if (!to.Trip!.Fits(request))
            return;
        foreach (var offer in to.Offers)
        {
            double metres = offer.MetresTo(request);
            if (
                offer.Category != request.Category
                || offer.RootArea != request.RootArea
                || offer.Left < stop.Units
                || metres > offer.Reach
            )
                continue;
            long cost = CostModel.PerUnit(
                round.Costs.VisitCost(request.Urgency, metres, to.Acceptance, to.Load),
                stop.Units
            );
            from.Trip.Remove(stop);
            stop.Offer.Left += stop.Units;
            offer.Left -= stop.Units;
            to.Trip.Add(
                stop with
                {
                    Offer = offer,
                    Metres = metres,
                    GainPerUnit = round.UnmetCost(request) - cost,
                }
            );
            request.Progress!.AskedInstead(from.Acceptance, to.Acceptance);
            return;
        }
    }
}
