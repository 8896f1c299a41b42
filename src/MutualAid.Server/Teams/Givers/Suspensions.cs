using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Givers;

/// <summary>
/// A moderator of an area that somebody gives in stops them, for a reason that they are told, and lets them go on. A team's lead
/// asks for it: a report that the moderators see.
/// </summary>
internal sealed class Suspensions(
    Idempotency idempotency,
    MatchMessages messages,
    Outbox outbox,
    Settings settings,
    TimeProvider time
)
{
    public const int MostReason = 500;

    /// <summary>Suspends, or asks for it. Returns <c>suspended</c> or <c>asked</c>.</summary>
    /// <exception cref="Refusal">400: no reason; 403: neither moderator nor lead; 404: gives in no area of the caller's; 409: suspended already; 422: oneself.</exception>
    public async Task<string> Suspend(
        HttpContext context,
        Caller caller,
        Guid giver,
        string? reason,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        string? stated = Reason(errors, reason);
        var made = await idempotency.Once(
            context,
            caller.AccountId,
            $"team/givers/{giver}/suspend",
            new { reason },
            async connection =>
            {
                var now = time.GetUtcNow();
                var by = await Standing.Over(connection, caller, giver, now, stop);
                errors.ThrowIfAny();
                if (giver == caller.AccountId)
                    throw new Refusal(422, "ownAccount");
                if (by.Role == "teamMember")
                    throw new Refusal(403, "moderatorsOnly");
                if (await IsSuspended(connection, giver, stop))
                    throw new Refusal(409, "alreadySuspended");
                if (by.Role == "teamLead")
                    return await Ask(connection, caller, giver, by, stated!, now, stop);
                // Whoever is of a team themselves is no moderator's to stop.
                if (by.Role != "administrator" && by.HasRoles)
                    throw new Refusal(403, "administratorsOnly");
                await Accounts.Standing.Suspend(connection, giver, now, stop);
                await messages.CalledOff(connection, stop);
                await new Moderated("suspend", giver, caller.AccountId, by.Role, by.AreaId)
                {
                    Reason = stated,
                }.Write(connection, now, stop);
                await Tell(connection, giver, "suspended", stated!, now, stop);
                return new Made("suspension", giver, StatusCodes.Status200OK);
            },
            stop
        );
        messages.Wake();
        return made.Kind == "suspension" ? "suspended" : "asked";
    }

    /// <summary>Lets somebody go on; an appeal that waits is answered with it.</summary>
    /// <exception cref="Refusal">400: no reason; 403: no moderator; 404; 409: not suspended.</exception>
    public async Task Lift(
        HttpContext context,
        Caller caller,
        Guid giver,
        string? reason,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        string? stated = Reason(errors, reason);
        await idempotency.Once(
            context,
            caller.AccountId,
            $"team/givers/{giver}/lift",
            new { reason },
            async connection =>
            {
                var now = time.GetUtcNow();
                var by = await Standing.Over(connection, caller, giver, now, stop);
                errors.ThrowIfAny();
                if (by.Role is not ("moderator" or "administrator"))
                    throw new Refusal(403, "moderatorsOnly");
                if (!await IsSuspended(connection, giver, stop))
                    throw new Refusal(409, "notSuspended");
                await connection.Execute(
                    """
                    update appeal set outcome = 'lifted', answer = @stated, answered_at = @now, answered_by = @AccountId
                    where account_id = @giver and answered_at is null
                    """,
                    new
                    {
                        stated,
                        now,
                        caller.AccountId,
                        giver,
                    },
                    stop
                );
                await Lift(connection, caller, giver, by, stated!, now, stop);
                return new Made("step", giver, StatusCodes.Status200OK);
            },
            stop
        );
        outbox.Wake();
    }

    /// <summary>Inside the caller's transaction, which has judged that they may.</summary>
    public async Task Lift(
        NpgsqlConnection connection,
        Caller caller,
        Guid giver,
        Standing by,
        string said,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        await Accounts.Standing.Unsuspend(connection, giver, stop);
        await new Moderated("lift", giver, caller.AccountId, by.Role, by.AreaId) { Reason = said }.Write(
            connection,
            now,
            stop
        );
        await Tell(connection, giver, "lifted", said, now, stop);
    }

    /// <summary>Tells somebody what was decided: <c>suspended</c>, <c>lifted</c>, <c>kept</c>.</summary>
    public async Task Tell(
        NpgsqlConnection connection,
        Guid account,
        string what,
        string said,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var told = await connection.Row<Told>(
            "select p.phone, a.locale from account a join account_private p on p.account_id = a.id where a.id = @account",
            new { account },
            stop
        );
        if (told is not null)
            await outbox.Add(
                connection,
                $"team.{what}",
                told.Phone,
                Texts.Of(
                    told.Locale,
                    $"message.team.{what}",
                    said,
                    $"{settings.PublicUrl.TrimEnd('/')}/me/appeal"
                ),
                account,
                now,
                stop
            );
    }

    private static async Task<Made> Ask(
        NpgsqlConnection connection,
        Caller caller,
        Guid giver,
        Standing by,
        string reason,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var report = Guid.CreateVersion7(now);
        await connection.Execute(
            """
            insert into report (id, reporter_account_id, subject_kind, subject_id, area_id, reason, text, created_at)
            values (@report, @AccountId, 'account', @giver, @AreaId, 'suspension', @reason, @now)
            """,
            new
            {
                report,
                caller.AccountId,
                giver,
                by.AreaId,
                reason,
                now,
            },
            stop
        );
        await new Moderated("askSuspension", giver, caller.AccountId, by.Role, by.AreaId)
        {
            Reason = reason,
        }.Write(connection, now, stop);
        return new Made("report", report, StatusCodes.Status202Accepted);
    }

    // Locked: of two who decide at once, the second finds what the first has decided.
    private static Task<bool> IsSuspended(NpgsqlConnection connection, Guid giver, CancellationToken stop) =>
        connection.Value<bool>(
            "select suspended_at is not null from account where id = @giver for no key update",
            new { giver },
            stop
        );

    private static string? Reason(FieldErrors errors, string? reason)
    {
        string? stated = CleanText.Line(errors, "reason", reason, MostReason);
        if (!errors.Any)
            errors.Check(stated is not null, "reason", "required");
        return stated;
    }

    private sealed class Told
    {
        public string Phone { get; init; } = "";
        public string Locale { get; init; } = "vi";
    }
}
