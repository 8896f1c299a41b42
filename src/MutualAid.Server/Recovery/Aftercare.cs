using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Recovery;

/// <summary>What a database that has gone back in time needs before anybody is served from it.</summary>
public static class Aftercare
{
    /// <summary>Erases again who was erased since, and closes what time has closed; returns how many were erased again.</summary>
    public static async Task<int> Run(
        NpgsqlConnection connection,
        IEnumerable<Erasure> erasures,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        await using var transaction = await connection.BeginTransactionAsync(stop);
        var known = (await ErasureLedger.Of(connection, stop)).Select(erasure => erasure.AccountId);
        int erased = 0;
        foreach (
            var erasure in erasures
                .DistinctBy(entry => entry.AccountId)
                .ExceptBy(known, e => e.AccountId)
                .ToList()
        )
        {
            await connection.Execute("select erase_account(@ErasedAt, @AccountId)", erasure, stop);
            erased++;
        }
        await connection.Execute(Close, new { now, step = now.ToUnixTimeSeconds() / 30 }, stop);
        await transaction.CommitAsync(stop);
        return erased;
    }

    private const string Close = """
        -- Who signed out since, or had a stolen phone's session closed, must not be signed in again: nobody is.
        update session set revoked_at = @now where revoked_at is null;
        -- Codes that were used since would be good once more. The rows stay: they count towards the limits.
        update sign_in_attempt set used_at = coalesce(used_at, @now), expires_at = least(expires_at, @now);
        update sign_in_challenge set used_at = coalesce(used_at, @now), expires_at = least(expires_at, @now);
        update account_private set totp_last_step = greatest(totp_last_step, @step) where totp_secret is not null;
        update outbox set failed_at = @now, recipient = null, body = null
        where kind = 'code' and handed_off_at is null and failed_at is null;
        -- A link that was revoked since would show how a need is doing once more; its owner makes another.
        delete from status_link;
        -- So would a key that was revoked since open a team's area to a program.
        delete from access_key;
        -- The same of a calendar's link.
        delete from offer_calendar;
        -- A fence above any that was ever handed out: they rise by one a takeover, far more slowly than seconds pass. So a matcher
        -- that led before the disaster cannot write, however often the same backup is restored.
        update lease set holder = null, expires_at = '-infinity', fence = greatest(fence + 1, extract(epoch from @now)::bigint);
        """;

    /// <summary>Prints the violated invariants, or that there are none; returns how many.</summary>
    public static async Task<int> Check(
        NpgsqlConnection connection,
        Action<string> say,
        CancellationToken stop
    )
    {
        const int Shown = 20;
        var violations = await Invariants.Violations(connection, stop);
        foreach (string violation in violations.Take(Shown))
            say($"violated: {violation}");
        say(
            violations.Count == 0
                ? "every count and every unit agrees with the rows"
                : $"{violations.Count} violations of the invariants{(violations.Count > Shown ? $", of which {Shown} are shown" : "")}"
        );
        return violations.Count;
    }
}
