using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Givers;

/// <summary>
/// Somebody suspended is heard, and a moderator of where they gave lifts it or keeps it, with a word. Not the one who suspended
/// them, where there is another.
/// </summary>
internal sealed class Appeals(
    Idempotency idempotency,
    Suspensions suspensions,
    Outbox outbox,
    TimeProvider time
)
{
    public const int MostText = 1000;

    /// <summary>What the suspended one says.</summary>
    /// <exception cref="Refusal">400: nothing said; 409: not suspended, said already, or answered lately.</exception>
    public Task Make(HttpContext context, Caller caller, string? text, CancellationToken stop)
    {
        var errors = new FieldErrors();
        string? said = Words(errors, "text", text);
        errors.ThrowIfAny();
        return idempotency.Once(
            context,
            caller.AccountId,
            "me/appeal",
            new { text },
            async connection =>
            {
                var now = time.GetUtcNow();
                await connection.Execute(
                    "select 1 from account where id = @AccountId for no key update",
                    new { caller.AccountId },
                    stop
                );
                var mine = await MySuspension.Read(connection, caller.AccountId, stop);
                if (mine.SuspendedAt is null)
                    throw new Refusal(409, "notSuspended");
                if (mine.Waits)
                    throw new Refusal(409, "appealWaits");
                if (mine.AgainAt > now)
                    throw new Refusal(409, "appealAgain", Say.At(context.Locale(), mine.AgainAt.Value));
                var id = Guid.CreateVersion7(now);
                await connection.Execute(
                    """
                    insert into appeal (id, account_id, area_id, suspended_by, text, made_at)
                    values (@id, @AccountId, coalesce(@AreaId, (select a.id from area a where a.parent_id is null and a.valid_to is null order by a.id limit 1)),
                            @SuspendedBy, @said, @now)
                    """,
                    new
                    {
                        id,
                        caller.AccountId,
                        mine.AreaId,
                        mine.SuspendedBy,
                        said,
                        now,
                    },
                    stop
                );
                await new Moderated("appeal", caller.AccountId, caller.AccountId, null, mine.AreaId).Write(
                    connection,
                    now,
                    stop
                );
                return new Made("appeal", id, StatusCodes.Status201Created);
            },
            stop
        );
    }

    /// <summary>A moderator's word on it.</summary>
    /// <param name="outcome"><c>lifted</c> or <c>kept</c>.</param>
    /// <exception cref="Refusal">400; 404: not of the caller's to answer; 409: answered, or another moderator's to answer.</exception>
    public async Task Answer(
        HttpContext context,
        Caller caller,
        Guid appeal,
        string? outcome,
        string? answer,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        errors.Check(outcome is "lifted" or "kept", "outcome", "oneOf", "lifted, kept");
        string? said = Words(errors, "answer", answer);
        await idempotency.Once(
            context,
            caller.AccountId,
            $"team/appeals/{appeal}/answer",
            new { outcome, answer },
            async connection =>
            {
                var now = time.GetUtcNow();
                var row =
                    caller.Roles.Count == 0
                        ? null
                        : await AppealRow.Lock(connection, caller, appeal, now, stop);
                if (row is null)
                    throw Refusal.NotFound();
                errors.ThrowIfAny();
                if (row.Answered)
                    throw new Refusal(409, "appealAnswered");
                if (row.Others && row.SuspendedBy == caller.AccountId)
                    throw new Refusal(409, "otherModerator");
                await connection.Execute(
                    """
                    update appeal set outcome = @outcome, answer = @said, answered_at = @now, answered_by = @AccountId where id = @appeal
                    """,
                    new
                    {
                        outcome,
                        said,
                        now,
                        caller.AccountId,
                        appeal,
                    },
                    stop
                );
                var by = new Standing { Role = row.Role, AreaId = row.AreaId };
                if (outcome == "lifted")
                {
                    await suspensions.Lift(connection, caller, row.AccountId, by, said!, now, stop);
                }
                else
                {
                    await new Moderated("keep", row.AccountId, caller.AccountId, by.Role, by.AreaId)
                    {
                        Reason = said,
                    }.Write(connection, now, stop);
                    await suspensions.Tell(connection, row.AccountId, "kept", said!, now, stop);
                }
                return new Made("step", appeal, StatusCodes.Status200OK);
            },
            stop
        );
        outbox.Wake();
    }

    private static string? Words(FieldErrors errors, string field, string? text)
    {
        var own = new FieldErrors();
        string? said = CleanText.Lines(own, field, text, MostText);
        if (!own.Any)
            own.Check(said is not null, field, "required");
        foreach (var error in own.All)
            errors.Add(error.Field, error.Code, [.. error.Arguments]);
        return said;
    }
}
