using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Matches;

/// <summary>A giver takes units of a need at once, without having been asked.</summary>
internal static class Claims
{
    internal static async Task<IResult> Post(
        Guid id,
        ClaimBody body,
        Caller caller,
        Idempotency idempotency,
        MatchMessages messages,
        ServiceDatabase database,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        if (errors.Check(body.Units is not null, "units", "required"))
            errors.Check(body.Units is >= 1 and <= 10_000, "units", "between", 1, 10_000);
        errors.ThrowIfAny();

        var made = await idempotency.Once(
            context,
            caller.AccountId,
            $"requests/{id}/claims",
            body,
            connection => Make(connection, id, body, caller, messages, time.GetUtcNow(), stop),
            stop
        );
        messages.Wake();
        await using var reading = await database.Open(stop);
        var row = await MatchStore.Get(reading, made.Id!.Value, caller, time.GetUtcNow(), stop);
        return Results.Created($"/api/matches/{row.Id}", row.Answer(context.Locale()));
    }

    private static async Task<Made> Make(
        NpgsqlConnection connection,
        Guid request,
        ClaimBody body,
        Caller caller,
        MatchMessages messages,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var match = Guid.CreateVersion7(now);
        var result = (
            await connection.Row<Result>(
                "select outcome, unmet, free from match_claim(@now, @giver, @request, @Units, @OfferId, @match, @offer, @trip, @code)",
                new
                {
                    now,
                    giver = caller.AccountId,
                    request,
                    body.Units,
                    body.OfferId,
                    match,
                    offer = Guid.CreateVersion7(now),
                    trip = Guid.CreateVersion7(now),
                    code = HandOverCode.New(),
                },
                stop
            )
        )!;
        if (result.Outcome == "openings")
            throw await MatchRefusals.Openings(connection, caller.AccountId, request, now, stop);
        if (result.Outcome != "done")
            throw MatchRefusals.OfClaim(result.Outcome, result.Unmet, result.Free);
        await messages.Accepted(connection, match, stop);
        return new Made("match", match, 201);
    }

    private sealed class Result
    {
        public string Outcome { get; init; } = "";
        public int? Unmet { get; init; }
        public int? Free { get; init; }
    }
}

/// <summary>How many units, and from which of the giver's standing offers; without one a one-time offer is made.</summary>
public sealed record ClaimBody(int? Units, Guid? OfferId);
