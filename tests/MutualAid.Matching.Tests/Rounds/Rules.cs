namespace MutualAid.Matching.Tests.Rounds;

/// <summary>The rules of a plan, told once more and plainly.</summary>
internal static class Rules
{
    internal static List<string> Broken(IReadOnlyList<PlannedMatch> plan, PlanOptions options)
    {
        var broken = new List<string>();
        void Demand(bool holds, string rule)
        {
            if (!holds)
                broken.Add(rule);
        }

        foreach (var match in plan)
        {
            var (request, giver, offer) = (match.Request, match.Giver, match.Offer);
            Demand(giver.Offers.Contains(offer), "somebody else's offer");
            Demand(
                request.Category == offer.Category && request.RootArea == offer.RootArea,
                "another category or province"
            );
            Demand(match.Units > 0, "no units");
            Demand(request.Owner != giver.Account, "one's own request");
            Demand(!giver.NotFor.Contains(request.Id), "asked before");
            Demand(!giver.Blocked.Contains(request.Owner), "blocked");
            Demand(
                Spheroid.Metres(offer.Longitude, offer.Latitude, request.Longitude, request.Latitude)
                    <= offer.Reach,
                "out of reach"
            );
            Demand(
                request.Divisible
                    || match.Units == (match.Further ? request.Unmet : request.Unmet - request.Asked),
                "a part of an indivisible request"
            );
            Demand(!match.Further || request.Urgency == 2, "further asks for what is not urgent");
        }
        foreach (var offer in plan.GroupBy(match => match.Offer))
            Demand(offer.Sum(match => match.Units) <= offer.Key.Free, "more than is free");
        foreach (var request in plan.GroupBy(match => match.Request))
        {
            Demand(request.Count() <= request.Key.Asks, "asked of too many");
            Demand(
                request.Where(match => !match.Further).Sum(match => match.Units)
                    <= request.Key.Unmet - request.Key.Asked,
                "more than is wanted"
            );
            Demand(
                request.Select(match => match.Giver).Distinct().Count() == request.Count(),
                "asked twice of one giver"
            );
        }
        foreach (var trip in plan.GroupBy(match => match.Giver))
        {
            var households = trip.Select(match => match.Request.Household).Distinct().ToList();
            Demand(trip.Select(match => match.Trip).Distinct().Count() == 1, "two trips");
            Demand(trip.Count() <= trip.Key.Matches, "too long a trip");
            Demand(households.Count <= trip.Key.Households, "too many households");
            Demand(
                households.Except(trip.Key.KnownHouseholds).Count() <= trip.Key.NewHouseholds,
                "too many new households"
            );
            var first = trip.First().Request;
            Demand(
                trip.All(match =>
                    Spheroid.Metres(
                        first.Longitude,
                        first.Latitude,
                        match.Request.Longitude,
                        match.Request.Latitude
                    ) <= options.TripRadius
                ),
                "a trip across the city"
            );
        }
        Demand(
            plan.Select(match => match.Trip).Distinct().Count()
                == plan.Select(match => match.Giver).Distinct().Count(),
            "a trip of two"
        );
        return broken;
    }
}
