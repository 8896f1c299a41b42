using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Matches;

/// <summary>The door's outcomes as answers. A new outcome without an answer is an error of ours and says so.</summary>
internal static class MatchRefusals
{
    /// <param name="left">Units of the request that are still unmet.</param>
    /// <param name="free">Units of the offer that are still free.</param>
    internal static Refusal OfClaim(string outcome, int? left, int? free) =>
        outcome switch
        {
            // Nobody is told who blocked whom: the request is simply not there for them.
            "absent" or "blocked" => Refusal.NotFound(),
            "own" => new Refusal(422, "ownRequest"),
            "requestEnded" => new Refusal(409, "requestEnded"),
            "taken" => new Refusal(409, "taken", left) { Members = Left(left) },
            "indivisible" => new Refusal(422, "indivisible", left) { Members = Left(left) },
            "crossRoot" => new Refusal(422, "crossRoot"),
            "category" => new Refusal(422, "otherCategory"),
            "offerAbsent" => Refusal.Field("offerId", "absent"),
            "offerClosed" => new Refusal(409, "offerClosed"),
            "free" => new Refusal(409, "offerUsedUp", free ?? 0)
            {
                Members = new Dictionary<string, object?> { ["left"] = left, ["free"] = free ?? 0 },
            },
            "suspended" => new Refusal(403, "suspended"),
            _ => throw new InvalidOperationException($"a claim came to '{outcome}'"),
        };

    /// <param name="state">The match's present status; null when it is not there for this actor.</param>
    /// <param name="units">The match's units.</param>
    internal static Refusal OfStep(
        string outcome,
        string step,
        string? state,
        string? endReason,
        int units,
        int? left,
        string locale
    )
    {
        var members = new Dictionary<string, object?> { ["state"] = state, ["left"] = left };
        Refusal Conflict(string code, params object?[] arguments) =>
            new(409, code, arguments) { Members = members };
        return outcome switch
        {
            "absent" => Refusal.NotFound(),
            "filled" => Conflict("filled", left),
            "impossible" when step == "accept" && endReason == "filled" => Conflict("filled", left),
            "impossible" => Conflict("stepImpossible", Texts.Of(locale, $"state.{state}")),
            "nothingLeft" => Conflict("nothingLeft"),
            "requestEnded" => Conflict("requestEnded"),
            "tooLate" => Conflict("disputeTooLate"),
            "codeSpent" => Conflict("codeSpent"),
            "units" => Refusal.Field("units", "between", 1, units),
            "indivisible" => new Refusal(422, "indivisible", units) { Members = members },
            "suspended" => new Refusal(403, "suspended"),
            _ => throw new InvalidOperationException($"{step} came to '{outcome}'"),
        };
    }

    /// <summary>429 with the time at which the giver may open one more household, at the latest.</summary>
    internal static async Task<Refusal> Openings(
        NpgsqlConnection connection,
        Guid giver,
        Guid request,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var at = await connection.Value<DateTime>(
            "select may_open_at(@now, @giver, household_id) from request where id = @request",
            new
            {
                now,
                giver,
                request,
            },
            stop
        );
        return new Refusal(429, "openings") { RetryAfter = at - now.UtcDateTime };
    }

    private static Dictionary<string, object?> Left(int? left) => new() { ["left"] = left };
}
