namespace MutualAid.Matching.Tests;

/// <summary>The rules of a plan, said once more and slowly: what the solver must never break, whatever it is.</summary>
internal static class Feasibility
{
    /// <summary>What is wrong with these matches as the plan of this instance; empty when nothing is.</summary>
    internal static List<string> Violations(
        Instance instance,
        IReadOnlyList<PlannedMatch> matches,
        MatchingOptions options
    )
    {
        var (requests, offers, givers, pairs) = (
            instance.Requests,
            instance.Offers,
            instance.Givers,
            instance.Pairs
        );
        var wrong = new List<string>();
        var listed = Enumerable
            .Range(0, pairs.Count)
            .ToDictionary(at => (pairs.Request[at], pairs.Offer[at]), at => pairs.Metres[at]);

        foreach (var match in matches)
        {
            if (!listed.TryGetValue((match.Request, match.Offer), out int metres) || metres != match.Metres)
                wrong.Add($"not a listed pair: {match}");
            if (match.Units < 1 || match.Units > requests.Unmet[match.Request])
                wrong.Add($"more than is unmet: {match}");
            if (!requests.Divisible[match.Request] && match.Units != requests.Unmet[match.Request])
                wrong.Add($"part of an indivisible request: {match}");
        }
        foreach (var of in matches.GroupBy(match => match.Offer))
            if (of.Sum(match => match.Units) > offers.Free[of.Key])
                wrong.Add($"more than is free of offer {of.Key}");
        foreach (var of in matches.GroupBy(match => match.Request))
        {
            if (of.Count() > requests.Asks[of.Key])
                wrong.Add($"request {of.Key} asked too often");
            if (of.Select(match => offers.Giver[match.Offer]).Distinct().Count() < of.Count())
                wrong.Add($"a giver asked twice for request {of.Key}");
        }
        foreach (var of in matches.GroupBy(match => offers.Giver[match.Offer]))
        {
            if (of.Select(match => match.Trip).Distinct().Count() > 1)
                wrong.Add($"two trips for giver {of.Key}");
            if (of.Count() > givers.Matches[of.Key])
                wrong.Add($"too many matches for giver {of.Key}");
            if (
                of.Select(match => requests.Household[match.Request]).Distinct().Count()
                > givers.Households[of.Key]
            )
                wrong.Add($"too many households for giver {of.Key}");
            var first = of.First().Request;
            foreach (var match in of)
                if (
                    Sphere.Metres(
                        requests.Longitude[first],
                        requests.Latitude[first],
                        requests.Longitude[match.Request],
                        requests.Latitude[match.Request]
                    ) > options.TripRadiusMetres
                )
                    wrong.Add($"{match} far from its trip's first");
        }
        foreach (var trip in matches.GroupBy(match => match.Trip))
            if (trip.Select(match => offers.Giver[match.Offer]).Distinct().Count() > 1)
                wrong.Add($"trip {trip.Key} of two givers");
        return wrong;
    }
}
