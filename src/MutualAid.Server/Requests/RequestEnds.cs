using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Web;

namespace MutualAid.Server.Requests;

/// <summary>The owner's two words on how long a request lives: still needed, and no longer needed.</summary>
public static class RequestEnds
{
    internal static async Task<IResult> Renew(
        Guid id,
        Caller caller,
        Idempotency idempotency,
        RequestReading reading,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        await idempotency.Once(
            context,
            caller.AccountId,
            $"requests/{id}/renew",
            null,
            async connection =>
            {
                string? outcome = await connection.Value<string>(
                    "select request_renew(@now, id) from request where id = @id and account_id = @AccountId",
                    new
                    {
                        now = time.GetUtcNow(),
                        id,
                        caller.AccountId,
                    },
                    stop
                );
                return outcome switch
                {
                    "done" => new Made("step", id, StatusCodes.Status200OK),
                    null => throw Refusal.NotFound(),
                    "tooLate" => throw new Refusal(409, "renewTooLate"),
                    _ => throw Ended(outcome),
                };
            },
            stop
        );
        return await Show(context, caller, id, reading, stop);
    }

    internal static async Task<IResult> Withdraw(
        Guid id,
        WithdrawBody body,
        Caller caller,
        Idempotency idempotency,
        RequestReading reading,
        MatchMessages messages,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        string? reason = CleanText.Line(errors, "reason", body.Reason, 200);
        errors.Check(!string.IsNullOrWhiteSpace(body.Reason), "reason", "required");
        errors.ThrowIfAny();
        await idempotency.Once(
            context,
            caller.AccountId,
            $"requests/{id}/withdraw",
            body,
            async connection =>
            {
                var now = time.GetUtcNow();
                var ended = await connection.Value<Guid?>(
                    """
                    select e.request_id from request r, request_end(@now, array[r.id], 'withdrawn', @reason) e
                    where r.id = @id and r.account_id = @AccountId
                    """,
                    new
                    {
                        now,
                        reason,
                        id,
                        caller.AccountId,
                    },
                    stop
                );
                if (ended is not null)
                {
                    await messages.CalledOff(connection, stop);
                    return new Made("step", id, StatusCodes.Status200OK);
                }
                string? status = await connection.Value<string>(
                    "select status from request where id = @id and account_id = @AccountId",
                    new { id, caller.AccountId },
                    stop
                );
                throw status is null ? Refusal.NotFound() : Ended(status);
            },
            stop
        );
        messages.Wake();
        return await Show(context, caller, id, reading, stop);
    }

    /// <summary>409: it has ended, and how.</summary>
    internal static Refusal Ended(string status) =>
        new(409, "requestOver", status) { Members = new Dictionary<string, object?> { ["state"] = status } };

    /// <summary>The request as its owner has it now, with its tag.</summary>
    internal static async Task<IResult> Show(
        HttpContext context,
        Caller caller,
        Guid id,
        RequestReading reading,
        CancellationToken stop
    )
    {
        var seen = await reading.ForOwner(caller, id, stop) ?? throw Refusal.NotFound();
        context.Response.Headers.ETag = Representation.Tag(seen.Answer, seen.EditVersion);
        return Results.Json(seen.Answer, Json.Options);
    }
}

/// <summary>Why it is no longer needed, in the owner's words.</summary>
public sealed record WithdrawBody(string? Reason);
