using MutualAid.Matching;

namespace MutualAid.Server.Rounds;

/// <summary>Candidates as the solver wants them, and the ids behind its positions.</summary>
internal sealed class RoundInstance
{
    private readonly List<Candidate> requests = [];
    private readonly List<Candidate> offers = [];
    private readonly List<Candidate> givers = [];

    public RoundInstance(IEnumerable<Candidate> candidates, DateTimeOffset now)
    {
        var households = new Dictionary<Guid, int>();
        var (requestAt, offerAt, giverAt) = (
            new Dictionary<Guid, int>(),
            new Dictionary<Guid, int>(),
            new Dictionary<Guid, int>()
        );
        var (pairs, giverOfOffer) = (new List<(int Request, int Offer, int Metres)>(), new List<int>());
        var known = new HashSet<(Guid, Guid)>();
        foreach (var candidate in candidates)
        {
            // Both directions may have found it.
            if (!known.Add((candidate.RequestId, candidate.OfferId)))
                continue;
            int request = At(requestAt, candidate.RequestId, requests, candidate);
            int giver = At(giverAt, candidate.GiverId, givers, candidate);
            int offer = At(offerAt, candidate.OfferId, offers, candidate);
            if (offer == giverOfOffer.Count)
                giverOfOffer.Add(giver);
            pairs.Add((request, offer, candidate.Metres));
        }
        Instance = new Instance
        {
            Requests = new RequestSide
            {
                Unmet = [.. requests.Select(row => row.Unmet)],
                Urgency = [.. requests.Select(row => row.Urgency)],
                AgeSeconds = [.. requests.Select(row => (long)(now - row.CreatedAt).TotalSeconds)],
                Divisible = [.. requests.Select(row => row.Divisible)],
                Asks = [.. requests.Select(row => row.Asks)],
                Household =
                [
                    .. requests.Select(row =>
                        households.TryGetValue(row.HouseholdId, out int at)
                            ? at
                            : households[row.HouseholdId] = households.Count
                    ),
                ],
                Longitude = [.. requests.Select(row => row.Longitude)],
                Latitude = [.. requests.Select(row => row.Latitude)],
            },
            Offers = new OfferSide { Free = [.. offers.Select(row => row.Free)], Giver = [.. giverOfOffer] },
            Givers = new GiverSide
            {
                Matches = [.. givers.Select(row => row.TripMatches)],
                Households = [.. givers.Select(row => row.Households)],
                Load = [.. givers.Select(row => row.Load)],
            },
            Pairs = new Pairs
            {
                Request = [.. pairs.Select(pair => pair.Request)],
                Offer = [.. pairs.Select(pair => pair.Offer)],
                Metres = [.. pairs.Select(pair => pair.Metres)],
            },
        };
    }

    public Instance Instance { get; }

    public Guid RequestId(int position) => requests[position].RequestId;

    public Guid GiverId(int position) => givers[position].GiverId;

    public Guid OfferId(int position) => offers[position].OfferId;

    private static int At(Dictionary<Guid, int> positions, Guid id, List<Candidate> rows, Candidate row)
    {
        if (!positions.TryGetValue(id, out int at))
        {
            positions[id] = at = rows.Count;
            rows.Add(row);
        }
        return at;
    }
}
