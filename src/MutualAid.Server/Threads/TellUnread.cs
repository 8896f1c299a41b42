using MutualAid.Server.Database;
using MutualAid.Server.Jobs;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Threads;

/// <summary>
/// Tells a side of a match, by message, that the other has written something which it has not read: that something waits, and
/// where; never what. Each side hears of a match once an hour at most.
/// </summary>
public sealed class TellUnread(ServiceDatabase database, Outbox outbox, Settings settings) : ISweep
{
    private const int Batch = 500;

    public string Name => "tell-unread";
    public string Cron => "25 * * * * ?";
    public TimeSpan LateAfter => TimeSpan.FromMinutes(10);

    public async Task<long> Sweep(DateTimeOffset now, CancellationToken stop)
    {
        long told = await database.InBatches(Batch, connection => Tell(connection, now, stop), stop);
        if (told > 0)
            outbox.Wake();
        return told;
    }

    private async Task<int> Tell(NpgsqlConnection connection, DateTimeOffset now, CancellationToken stop)
    {
        // Messages of one side are told of together, whatever rows they are: two servers at once would each tell of some.
        if (
            !await connection.Value<bool>(
                "select pg_try_advisory_xact_lock(hashtextextended('tell-unread', 4))",
                null,
                stop
            )
        )
            return 0;
        var due = await connection.Rows<Unread>(Due, new { now, limit = Batch }, stop);
        foreach (var unread in due.Where(unread => unread is { Open: true, Phone: not null }))
            await outbox.Add(
                connection,
                "match.unread",
                unread.Phone!,
                Texts.Of(
                    unread.Locale,
                    "message.match.unread",
                    settings.PublicUrl.TrimEnd('/'),
                    unread.MatchId
                ),
                unread.AccountId,
                now,
                stop
            );
        await connection.Execute(
            """
            update match_message x set told_at = @now
            from unnest(@matches, @senders) t (match_id, sender)
            where (x.match_id, x.sender_account_id) = (t.match_id, t.sender) and x.read_at is null and x.told_at is null
            """,
            new
            {
                now,
                matches = due.Select(unread => unread.MatchId).ToArray(),
                senders = due.Select(unread => unread.SenderAccountId).ToArray(),
            },
            stop
        );
        return due.Count;
    }

    /// <summary>
    /// What is due, a row for each match and sender. What was closed in the meantime comes too, not to be told but to be done
    /// with. <c>@now, @limit</c>
    /// </summary>
    public const string Due = """
        select d.match_id, d.sender_account_id, a.id as account_id, a.locale, p.phone, t.open
        from (
          select x.match_id, x.root_area_id, x.sender_account_id, min(x.sent_at) as since
          from match_message x
          where x.read_at is null and x.told_at is null
            and x.sent_at <= @now - setting('unread_tell_minutes') * interval '1 minute'
            and not exists (
              select from match_message e
              where e.match_id = x.match_id and e.sender_account_id = x.sender_account_id
                and e.told_at > @now - setting('unread_tell_again_minutes') * interval '1 minute')
          group by 1, 2, 3 order by since limit @limit) d
        join match m on (m.id, m.root_area_id) = (d.match_id, d.root_area_id)
        join request r on (r.id, r.root_area_id) = (m.request_id, m.root_area_id)
        join account a on a.id = case d.sender_account_id when m.giver_account_id then r.account_id else m.giver_account_id end
        left join account_private p on p.account_id = a.id
        cross join lateral thread_of(@now, m.id) t
        order by d.since
        """;

    private sealed class Unread
    {
        public Guid MatchId { get; init; }
        public Guid SenderAccountId { get; init; }
        public Guid AccountId { get; init; }
        public string Locale { get; init; } = "vi";
        public string? Phone { get; init; }
        public bool Open { get; init; }
    }
}
