using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Jobs;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Requests;

/// <summary>
/// "Do you still need this?", once: six hours before the expiry, or a fifth of the request's life when that is shorter. The
/// link opens a page with a button; nothing is renewed by opening it.
/// </summary>
public sealed class RemindBeforeExpiry(ServiceDatabase database, Outbox outbox, Settings settings) : ISweep
{
    private const int Batch = 200;

    public string Name => "remind-before-expiry";
    public string Cron => "0 * * * * ?";
    public TimeSpan LateAfter => TimeSpan.FromMinutes(10);

    public async Task<long> Sweep(DateTimeOffset now, CancellationToken stop)
    {
        long reminded = await database.InBatches(Batch, connection => Remind(connection, now, stop), stop);
        if (reminded > 0)
            outbox.Wake();
        return reminded;
    }

    private async Task<int> Remind(NpgsqlConnection connection, DateTimeOffset now, CancellationToken stop)
    {
        var due = await connection.Rows<Reminder>(
            Due,
            new
            {
                now,

                latest = now + TimeSpan.FromHours(6),
                limit = Batch,
            },
            stop
        );
        foreach (var request in due)
        {
            // Erased in the meantime: there is nobody to ask.
            if (request.Phone is null)
                continue;
            var link = Link.New(settings, "n");
            await connection.Execute(
                """
                insert into renew_link (token_hash, request_id, root_area_id, expires_at)
                values (@TokenHash, @Id, @RootAreaId, @RenewableUntil)
                """,
                new
                {
                    link.TokenHash,
                    request.Id,
                    request.RootAreaId,
                    request.RenewableUntil,
                },
                stop
            );
            string text = Texts.Of(request.Locale, "message.remind", link.Url, request.ExpiresHere);
            await outbox.Add(connection, "remind", request.Phone, text, request.AccountId, now, stop);
        }
        await connection.Execute(
            "update request set reminded_at = @now where id = any (@ids)",
            new { now, ids = due.Select(request => request.Id).ToArray() },
            stop
        );
        return due.Count;
    }

    // What is promised in full needs no renewal: it ends with its matches.
    /// <summary>What is due. <c>@now, @limit</c></summary>
    public const string Due = """
        select r.id, r.root_area_id, r.account_id, a.locale, p.phone,
               r.expires_at at time zone root.time_zone as expires_here,
               r.expires_at + setting('renew_days') * interval '1 day' as renewable_until
        from request r
        join area root on root.id = r.root_area_id
        join account a on a.id = r.account_id
        left join account_private p on p.account_id = r.account_id
        where r.end_status is null and r.expires_at > @now and r.expires_at <= @latest
          and r.reminded_at is null and r.hidden_at is null and r.unmet > 0
          and r.expires_at - least(interval '6 hours', (r.expires_at - r.created_at) / 5) <= @now
        order by r.expires_at
        limit @limit
        for update of r skip locked
        """;

    private sealed class Reminder
    {
        public Guid Id { get; init; }
        public Guid RootAreaId { get; init; }
        public Guid AccountId { get; init; }
        public string Locale { get; init; } = "vi";
        public string? Phone { get; init; }

        // Local time of the root area.
        public DateTime ExpiresHere { get; init; }
        public DateTimeOffset RenewableUntil { get; init; }
    }
}
