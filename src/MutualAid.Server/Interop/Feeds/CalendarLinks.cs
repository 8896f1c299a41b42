using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Interop.Feeds;

/// <summary>The link by which a giver's calendar reads one of their offers: <c>/feeds/offers/TOKEN.ics</c>, one an offer.</summary>
public sealed class CalendarLinks(Settings settings, Idempotency idempotency)
{
    /// <summary>For so long after the offer's end it shows the trips that are left.</summary>
    internal static readonly TimeSpan AfterEnd = TimeSpan.FromDays(7);

    /// <summary>
    /// Makes one and returns its address, which nobody can ask for again; the one before it finds nothing from now on. Null when
    /// this key has made it before.
    /// </summary>
    /// <exception cref="Refusal">404: not the caller's standing offer. 409: it has ended.</exception>
    public async Task<string?> Make(
        HttpContext context,
        Caller caller,
        Guid offer,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        Link? link = null;
        await idempotency.Once(
            context,
            caller.AccountId,
            $"offers/{offer}/calendar",
            null,
            async connection =>
            {
                var root = await Lock(connection, caller.AccountId, offer, stop);
                link = Link.New(settings, "feeds/offers");
                await connection.Execute(
                    """
                    insert into offer_calendar (offer_id, root_area_id, token_hash, created_at) values (@offer, @root, @TokenHash, @now)
                    on conflict (offer_id, root_area_id) do update set token_hash = excluded.token_hash, created_at = excluded.created_at
                    """,
                    new
                    {
                        offer,
                        root,
                        link.TokenHash,
                        now,
                    },
                    stop
                );
                // The link lives no longer than the key of a step is kept, or is made again.
                return new Made("step", null, StatusCodes.Status201Created);
            },
            stop
        );
        return link is null ? null : $"{link.Url}.ics";
    }

    /// <summary>When the one that works was made; null when there is none.</summary>
    public static async Task<DateTimeOffset?> Live(
        NpgsqlConnection connection,
        Guid account,
        Guid offer,
        CancellationToken stop
    ) =>
        await connection.Value<DateTime?>(
            """
            select l.created_at from offer_calendar l join offer o on (o.id, o.root_area_id) = (l.offer_id, l.root_area_id)
            where o.id = @offer and o.account_id = @account
            """,
            new { account, offer },
            stop
        )
            is { } made
            ? new DateTimeOffset(made, TimeSpan.Zero)
            : null;

    /// <summary>Whoever has it finds nothing from now on. Of a link that is not the account's nothing changes.</summary>
    public static Task Revoke(
        NpgsqlConnection connection,
        Guid account,
        Guid offer,
        CancellationToken stop
    ) =>
        connection.Execute(
            """
            delete from offer_calendar l using offer o
            where (o.id, o.root_area_id) = (l.offer_id, l.root_area_id) and o.id = @offer and o.account_id = @account
            """,
            new { account, offer },
            stop
        );

    // The account first, as whoever erases it does: a link made meanwhile would outlive it.
    private static async Task<Guid> Lock(
        NpgsqlConnection connection,
        Guid account,
        Guid offer,
        CancellationToken stop
    )
    {
        if (
            !await connection.Value<bool>(
                "select true from account where id = @account and erased_at is null for share",
                new { account },
                stop
            )
        )
            throw new Refusal(410, "erased");
        var own =
            await connection.Row<Owned>(
                "select root_area_id, ended_at from offer where id = @offer and account_id = @account and not one_time for no key update",
                new { account, offer },
                stop
            ) ?? throw Refusal.NotFound();
        return own.EndedAt is null ? own.RootAreaId : throw new Refusal(409, "calendarOver");
    }

    private sealed class Owned
    {
        public Guid RootAreaId { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
    }
}
