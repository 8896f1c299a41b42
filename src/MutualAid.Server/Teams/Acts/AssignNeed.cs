using System.Text.Json;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary>
/// A team asks a giver of its area for a need: a proposal through the door like any other. The giver is told that the team asks,
/// by the need's public ward: whose team it really is would tell more of the exact place than the cell does.
/// </summary>
internal sealed class AssignNeed(MatchMessages messages, TimeProvider time)
{
    internal async Task<Guid> Do(
        NpgsqlConnection connection,
        Caller caller,
        Guid id,
        AssignBody body,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        errors.Check(body.OfferId is not null, "offerId", "required");
        errors.Check(body.Units is null or >= 1 and <= 10_000, "units", "between", 1, 10_000);
        errors.ThrowIfAny();
        var now = time.GetUtcNow();
        var held = (await HeldNeed.Take(connection, caller, [id], owners: false, now, stop))[0];
        held.DemandLive();
        var pair =
            await connection.Row<Pair>(
                """
                select a.name as ward, r.urgency, round(st_distance(r.public_place, o.public_place))::int as metres, least(o.free, coalesce(
                         (select d.free from offer_day d where (d.offer_id, d.root_area_id) = (o.id, o.root_area_id) and d.day = local_day(@now, o.root_area_id)),
                         o.per_day)) as free
                from request r join area a on a.id = r.public_area_id, offer o
                where r.id = @id and o.id = @OfferId and not o.one_time and account_reaches(@AccountId, o.public_area_id, @now)
                """,
                new
                {
                    id,
                    body.OfferId,
                    caller.AccountId,
                    now,
                },
                stop
            ) ?? throw Refusal.Field("offerId", "absent");
        int units =
            body.Units
            ?? Math.Max(1, held.Divisible ? Math.Min(held.Unmet, pair.Free ?? held.Unmet) : held.Unmet);
        var match = Guid.CreateVersion7(now);
        string outcome = (
            await connection.Value<string>(
                """
                select outcome from match_propose(@now, null, 'team', array[@match], array[@id], array[@offer], array[@units], array[@trip],
                  array[@reasons::jsonb])
                """,
                new
                {
                    now,
                    match,
                    id,
                    offer = body.OfferId,
                    units,
                    trip = Guid.CreateVersion7(now),
                    reasons = Reasons(pair),
                },
                stop
            )
        )!;
        if (outcome != "done")
            throw Refused(outcome, held, pair.Free);
        await messages.Proposed(connection, [match], stop);
        return await held.Write(
            connection,
            caller,
            "assign",
            now,
            stop,
            more: new
            {
                offerId = body.OfferId,
                matchId = match,
                units,
            }
        );
    }

    private static string Reasons(Pair pair)
    {
        var reasons = new List<object>
        {
            new { code = "teamOf", args = new object[] { pair.Ward } },
            new { code = "within", args = new object[] { pair.Metres } },
        };
        if (pair.Urgency == "urgent")
            reasons.Add(new { code = "urgent" });
        return JsonSerializer.Serialize(reasons, Json.Options);
    }

    private static Refusal Refused(string outcome, HeldNeed held, int? free)
    {
        var members = new Dictionary<string, object?>
        {
            ["state"] = held.Status,
            ["left"] = held.Unmet,
            ["free"] = free,
        };
        Refusal Conflict(string code, params object?[] arguments) =>
            new(409, code, arguments) { Members = members };
        return outcome switch
        {
            "mismatch" => new Refusal(422, "otherCategory"),
            "own" => new Refusal(422, "assignOwn"),
            "requestEnded" => Conflict("requestEnded"),
            "offerClosed" => Conflict("assignClosed"),
            "outOfReach" => Conflict("assignOutOfReach"),
            "unmet" => held.Divisible || held.Unmet == 0
                ? Conflict("assignUnmet", held.Unmet)
                : new Refusal(422, "indivisible", held.Unmet) { Members = members },
            "free" => Conflict("assignFree", free ?? 0),
            "asked" => Conflict("assignAsked"),
            "busy" or "tripFull" => Conflict("assignBusy"),
            // Who keeps whom away is nobody's to know, not the team's either.
            "askedBefore" or "blocked" => Conflict("assignRests"),
            "locked" => new Refusal(409, "assignLocked") { RetryAfter = TimeSpan.FromSeconds(1) },
            _ => throw new InvalidOperationException($"an assignment came to '{outcome}'"),
        };
    }

    private sealed class Pair
    {
        public string Ward { get; init; } = "";
        public string Urgency { get; init; } = "";

        /// <summary>Between public locations.</summary>
        public int Metres { get; init; }

        /// <summary>Null: unbounded.</summary>
        public int? Free { get; init; }
    }
}

/// <summary>Of which offer, and how many units: left out, as many as are unmet and free.</summary>
public sealed record AssignBody(Guid? OfferId, int? Units);
