using System.Text.Json;
using MutualAid.Matching;

namespace MutualAid.Server.Rounds;

/// <summary>
/// Why just this pair: <c>[{"code":"nearest"},{"code":"within","args":[350]}]</c>, told in the reader's language where it is
/// shown. From public locations only. What holds only within the part of the world that a round looked at is not said:
/// a giver's nearest request is known when the round started from the giver, a request's nearest giver when from the request.
/// </summary>
internal sealed class Reasons
{
    private readonly RoundInstance round;
    private readonly int[] nearestOfRequest;
    private readonly int[] nearestOfGiver;
    private readonly Dictionary<(int Giver, int Urgency), (int Requests, long OldestSeconds)> around = [];
    private readonly HashSet<int> begunTrips = [];
    private readonly HashSet<Guid> askedRequests;
    private readonly HashSet<Guid> askedGivers;

    public Reasons(RoundInstance round, Turn turn)
    {
        this.round = round;
        askedRequests = [.. turn.Requests];
        askedGivers = [.. turn.Givers];
        var (instance, pairs) = (round.Instance, round.Instance.Pairs);
        nearestOfRequest = new int[instance.Requests.Count];
        nearestOfGiver = new int[instance.Givers.Count];
        Array.Fill(nearestOfRequest, int.MaxValue);
        Array.Fill(nearestOfGiver, int.MaxValue);
        for (int pair = 0; pair < pairs.Count; pair++)
        {
            int request = pairs.Request[pair];
            int giver = instance.Offers.Giver[pairs.Offer[pair]];
            nearestOfRequest[request] = Math.Min(nearestOfRequest[request], pairs.Metres[pair]);
            nearestOfGiver[giver] = Math.Min(nearestOfGiver[giver], pairs.Metres[pair]);
            var key = (giver, instance.Requests.Urgency[request]);
            var (count, oldest) = around.GetValueOrDefault(key);
            around[key] = (count + 1, Math.Max(oldest, instance.Requests.AgeSeconds[request]));
        }
    }

    /// <summary>The reasons of one planned match as JSON; to be asked in the plan's order, which begins each trip.</summary>
    public string Of(PlannedMatch match)
    {
        var instance = round.Instance;
        int giver = instance.Offers.Giver[match.Offer];
        int urgency = instance.Requests.Urgency[match.Request];
        long age = instance.Requests.AgeSeconds[match.Request];
        bool fromGiver = askedGivers.Contains(round.GiverId(giver));
        var reasons = new List<Reason>();
        if (fromGiver && match.Metres == nearestOfGiver[giver])
            reasons.Add(new Reason("nearest"));
        if (
            askedRequests.Contains(round.RequestId(match.Request))
            && match.Metres == nearestOfRequest[match.Request]
        )
            reasons.Add(new Reason("nearestGiver"));
        reasons.Add(new Reason("within", match.Metres));
        if (urgency == 2)
            reasons.Add(new Reason("urgent"));
        var (requests, oldest) = around[(giver, urgency)];
        if (fromGiver && requests > 1 && age == oldest)
            reasons.Add(new Reason("waitingLongest", age / 60));
        if (!begunTrips.Add(match.Trip))
            reasons.Add(new Reason("sameTrip"));
        return JsonSerializer.Serialize(reasons, JsonSerializerOptions.Web);
    }

    private sealed record Reason(string Code, params long[] Args);
}
