using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>
/// What a day's codes may cost, and who is served when many ask: decision 18. Counted in the database, so that several servers
/// spend one budget.
/// </summary>
public sealed class CodeBudget(Settings settings, ILogger<CodeBudget> log)
{
    private bool alarmed;

    /// <summary>Judges one who asks. Where a code is to be sent the budget is locked to the end of the transaction, so that it is never passed.</summary>
    public async Task<CodeVerdict> Judge(
        NpgsqlConnection connection,
        CodePlace place,
        bool known,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        // First without the lock: a flood that is refused must not make those wait who are served.
        var seen = (await Look(connection, place, now, stop)).Judge(known, now);
        if (seen.Share != CodeShare.None)
            await connection.Execute("select pg_advisory_xact_lock(3, 0)", null, stop);
        // Looked at again also where nothing is sent: the work is the same for a number with an account and one without.
        var figures = await Look(connection, place, now, stop);
        var verdict = figures.Judge(known, now);
        // Who was refused a moment ago holds no lock, and stays refused.
        if (seen.Share == CodeShare.None && verdict.Share != CodeShare.None)
            verdict = seen;
        CodeMeter.CountAsked(verdict.Share);
        Tell(figures);
        return verdict;
    }

    /// <summary>Writes down that a code was sent.</summary>
    public static Task Spend(
        NpgsqlConnection connection,
        Guid attempt,
        CodeShare share,
        CodePlace place,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Execute(
            """
            insert into code_sent (id, sent_at, share, near, wide, number_range)
            values (@attempt, @now, @share, @Near, @Wide, @NumberRange)
            """,
            new
            {
                attempt,
                now,
                share = CodeMeter.Word(share),
                place.Near,
                place.Wide,
                place.NumberRange,
            },
            stop
        );

    /// <summary>Writes down that codes were used.</summary>
    public static async Task Used(NpgsqlConnection connection, Guid[] attempts, CancellationToken stop) =>
        CodeMeter.CountUsed(
            await connection.Execute(
                "update code_sent set used = true where id = any (@attempts)",
                new { attempts },
                stop
            )
        );

    // One pass over a day's codes, of which there are never more than the budget.
    internal async Task<CodeFigures> Look(
        NpgsqlConnection connection,
        CodePlace place,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        (
            await connection.Row<CodeFigures>(
                """
                with lately as (
                  select share, used, sent_at, sent_at > @now - setting('codes_window_hours') * interval '1 hour' as judged,
                         near = @Near as is_near, wide = @Wide as is_wide, number_range = @NumberRange as in_range
                  from code_sent where sent_at > @now - interval '1 day'
                )
                select count(*) filter (where share = 'open') as open,
                       count(*) filter (where share = 'quiet') as quiet,
                       count(*) filter (where share = 'account') as account,
                       count(*) filter (where share = 'quiet' and sent_at > @now - interval '1 hour') as quiet_this_hour,
                       min(sent_at) as oldest,
                       count(*) filter (where judged) as sent,
                       count(*) filter (where judged and used) as used,
                       count(*) filter (where judged and is_near) as near_sent,
                       count(*) filter (where judged and is_near and used) as near_used,
                       count(*) filter (where judged and is_wide) as wide_sent,
                       count(*) filter (where judged and is_wide and used) as wide_used,
                       count(*) filter (where judged and in_range) as range_sent,
                       count(*) filter (where judged and in_range and used) as range_used,
                       (setting('codes_a_day') * @factor)::float8 as a_day,
                       (setting('codes_a_day') * @factor * setting('codes_for_accounts_percent') / 100)::float8 as for_accounts,
                       (setting('codes_a_day') * @factor * setting('codes_for_quiet_percent') / 100)::float8 as for_quiet,
                       setting('codes_used_percent')::float8 as used_percent,
                       (setting('codes_unjudged') * @factor)::float8 as unjudged,
                       (setting('codes_unjudged_near') * @factor)::float8 as unjudged_near,
                       (setting('codes_unjudged_wide') * @factor)::float8 as unjudged_wide,
                       (setting('codes_unjudged_range') * @factor)::float8 as unjudged_range
                from lately
                """,
                new
                {
                    now,
                    place.Near,
                    place.Wide,
                    place.NumberRange,
                    factor = (decimal)settings.RateFactor,
                },
                stop
            )
        )!;

    // Once when it begins and once when it ends, by each server.
    private void Tell(CodeFigures figures)
    {
        CodeMeter.Seen(figures);
        if (figures.Alarm == alarmed || (alarmed && !figures.Calm))
            return;
        if (Interlocked.Exchange(ref alarmed, figures.Alarm) == figures.Alarm)
            return;
        if (figures.Alarm)
            log.LogWarning(
                "of {Sent} sign-in codes sent lately only {Used} were used: somebody may be asking for codes that they cannot read. "
                    + "Only quiet places and numbers with an account are sent codes now",
                figures.Sent,
                figures.Used
            );
        else
            log.LogInformation("sign-in codes are used again: everybody is sent them");
    }
}
