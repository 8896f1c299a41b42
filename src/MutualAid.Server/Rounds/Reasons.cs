using System.Text.Json;
using MutualAid.Matching;

namespace MutualAid.Server.Rounds;

/// <summary>
/// Why just this pair: <c>[{"code":"nearest"},{"code":"within","args":[350]}]</c>, told in the reader's language where it is
/// shown. From public locations only, and from what stood in memory when the round was planned.
/// </summary>
internal sealed class Reasons(Standing standing, DateTimeOffset now)
{
    // Below this nobody would call it waiting.
    private const int WaitingMinutes = 10;

    private const double Underserved = 0.1;
    private readonly bool anybodyCarries = standing.Givers.Any(giver => giver.Load > 0);

    /// <summary>The reasons of one planned match as JSON.</summary>
    /// <param name="match">As planned.</param>
    /// <param name="first">Whether the match is the first stop of its trip.</param>
    public string Of(PlannedMatch match, bool first)
    {
        var (request, giver) = (match.Request, match.Giver);
        var reasons = new List<Reason>();
        if (
            first
            && Surroundings.Nearest(standing.Waiting, giver) is { } nearest
            && match.Metres <= nearest + 1
        )
            reasons.Add(new Reason("nearest"));
        reasons.Add(new Reason("within", match.Metres));
        if (request.Urgency == 2)
            reasons.Add(new Reason("urgent"));
        long minutes = (long)(now - request.PostedAt).TotalMinutes;
        if (minutes >= WaitingMinutes)
            reasons.Add(
                Surroundings.Oldest(standing.Waiting, giver, request.Urgency) == request.PostedAt
                    ? new Reason("waitingLongest", minutes)
                : minutes < 120 ? new Reason("waits", minutes)
                : new Reason("waitsHours", minutes / 60)
            );
        if (standing.Deficits.GetValueOrDefault(request.Area) >= Underserved)
            reasons.Add(new Reason("wardLacks"));
        if (first && anybodyCarries && giver.Load == 0)
            reasons.Add(new Reason("yourTurn"));
        if (!first)
            reasons.Add(new Reason("sameTrip"));
        if (match.Further)
            reasons.Add(new Reason("others"));
        return JsonSerializer.Serialize(reasons, JsonSerializerOptions.Web);
    }

    private sealed record Reason(string Code, params long[] Args);
}
