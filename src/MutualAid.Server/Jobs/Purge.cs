using MutualAid.Server.Database;

namespace MutualAid.Server.Jobs;

/// <summary>Forgets what has had its time: answers to replay, codes, sessions, messages, links, and private data.</summary>
public sealed class Purge(ServiceDatabase database) : ISweep
{
    private const int Batch = 5_000;

    public string Name => "purge";
    public string Cron => "45 47 * * * ?";
    public TimeSpan LateAfter => TimeSpan.FromHours(3);

    private static readonly string Joined = Kept("household");

    // Each batch picks rows by their place in the table and leaves those that another has locked.
    private static readonly string[] Forget =
    [
        Rows("idempotency", $"made = 'step' and created_at < {Kept("stepKey")}"),
        Rows("sign_in_attempt", $"created_at < {Kept("signInAttempt")}"),
        Rows("code_sent", $"sent_at < {Kept("codeSent")}"),
        Rows("sign_in_challenge", $"expires_at < {Kept("challenge")}"),
        Rows("recovery_code", $"used_at < {Kept("recoveryCode")}"),
        Rows("session", "expires_at < @now"),
        Rows("outbox", $"coalesce(handed_off_at, failed_at) < {Kept("message")}"),
        Rows("renew_link", "expires_at < @now"),
        Rows("behalf_link", "expires_at < @now"),
        Rows(
            "status_link",
            $"expires_at < @now or exists (select 1 from request r where (r.id, r.root_area_id) = (x.request_id, x.root_area_id) and r.ended_at < {Kept("statusLink")})"
        ),
        // For a month its maker can see why a program stands still.
        Rows("access_key", $"expires_at < {Kept("accessKey")}"),
        Rows(
            "offer_calendar",
            $"exists (select 1 from offer o where (o.id, o.root_area_id) = (x.offer_id, x.root_area_id) and o.ended_at < {Kept("offerCalendar")})"
        ),
        // Openings are counted over 24 h.
        Rows("household_opened", $"opened_at < {Kept("householdOpened")}"),
        // A lapsed match can still be delivered, with its code, for a day.
        Rows(
            "match_private",
            $"exists (select 1 from match m where (m.id, m.root_area_id) = (x.match_id, x.root_area_id) and m.ended_at < {Kept("handOverCode")})"
        ),
        Rows(
            "request_private",
            $"exists (select 1 from request r where (r.id, r.root_area_id) = (x.request_id, x.root_area_id) and r.ended_at < {Kept("needPrivate")})"
        ),
        Rows(
            "need_act_private",
            $"exists (select 1 from request r where (r.id, r.root_area_id) = (x.request_id, x.root_area_id) and r.ended_at < {Kept("needPrivate")})"
        ),
        Rows(
            "need_note",
            $"exists (select 1 from request r where (r.id, r.root_area_id) = (x.request_id, x.root_area_id) and r.ended_at < {Kept("needPrivate")})"
        ),
        Rows(
            "offer_private",
            $"exists (select 1 from offer o where (o.id, o.root_area_id) = (x.offer_id, x.root_area_id) and o.ended_at < {Kept("offerPrivate")})"
        ),
        // What was written within a match may hold all of these.
        Rows(
            "match_message",
            $"exists (select 1 from match m where (m.id, m.root_area_id) = (x.match_id, x.root_area_id) and m.ended_at < {Kept("matchMessage")})"
        ),
            // What joins a household's posts. Repeats are looked for over 14 days only.
            $"""
            update household set phone_hash = null, address_hash = null
            where ctid = any (array(
              select h.ctid from household h
              where h.created_at < {Joined} and (h.phone_hash is not null or h.address_hash is not null)
                and not exists (select 1 from request r where r.household_id = h.id and coalesce(r.ended_at, 'infinity') > {Joined})
              limit @Batch for update skip locked))
            """,
    ];

    public async Task<long> Sweep(DateTimeOffset now, CancellationToken stop)
    {
        long forgotten = 0;
        foreach (string sql in Forget)
            forgotten += await database.InBatches(
                Batch,
                connection => connection.Execute(sql, new { now, Batch }, stop),
                stop
            );
        return forgotten;
    }

    // As retention_rule says at this moment; a kind without a rule is kept.
    private static string Kept(string kind) =>
        $"(select @now - make_interval(days => k.keep_days) from retention_rule k where k.kind = '{kind}')";

    private static string Rows(string table, string past) =>
        $"delete from {table} where ctid = any (array(select x.ctid from {table} x where {past} limit @Batch for update skip locked))";
}
