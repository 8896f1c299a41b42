using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Sharing;

/// <summary>Links by which a need's owner lets somebody without an account see how it is doing: <c>/s/TOKEN</c>.</summary>
public sealed class StatusLinks(Settings settings, Idempotency idempotency)
{
    /// <summary>Live ones a need can have: the table's <c>slot</c> says the same.</summary>
    public const int Most = 5;

    private static readonly TimeSpan Life = TimeSpan.FromDays(30);
    private static readonly TimeSpan AfterEnd = TimeSpan.FromDays(7);

    /// <summary>Makes one and returns its address, which nobody can ask for again; null when this key has made it before.</summary>
    /// <exception cref="Refusal">404: not the caller's. 409: long over, or five live ones already.</exception>
    public async Task<string?> Make(
        HttpContext context,
        Caller caller,
        Guid request,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        Link? link = null;
        await idempotency.Once(
            context,
            caller.AccountId,
            $"requests/{request}/share",
            null,
            async connection =>
            {
                var root = await Lock(connection, caller.AccountId, request, now, stop);
                link = Link.New(settings, "s");
                await connection.Execute(
                    "delete from status_link where request_id = @request and expires_at <= @now",
                    new { request, now },
                    stop
                );
                int made = await connection.Execute(
                    """
                    insert into status_link (token_hash, id, request_id, root_area_id, slot, created_at, expires_at)
                    select @TokenHash, @id, @request, @root, min(place), @now, @expires
                    from generate_series(1, @Most) place
                    where not exists (select from status_link l where (l.request_id, l.slot) = (@request, place))
                    having min(place) is not null
                    """,
                    new
                    {
                        request,
                        root,
                        link.TokenHash,
                        id = Guid.CreateVersion7(now),
                        now,
                        expires = now + Life,
                        Most,
                    },
                    stop
                );
                if (made == 0)
                    throw new Refusal(409, "shareFull", Most);
                // The link lives no longer than the key of a step is kept.
                return new Made("step", null, StatusCodes.Status201Created);
            },
            stop
        );
        return link?.Url;
    }

    /// <summary>Those that can be opened, latest first.</summary>
    public static Task<IReadOnlyList<StatusLink>> Live(
        NpgsqlConnection connection,
        Guid account,
        Guid request,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Rows<StatusLink>(
            """
            select l.id, l.created_at, least(l.expires_at, r.ended_at + @AfterEnd) as expires_at
            from status_link l join request r on (r.id, r.root_area_id) = (l.request_id, l.root_area_id)
            where r.id = @request and r.account_id = @account and least(l.expires_at, r.ended_at + @AfterEnd) > @now
            order by l.created_at desc, l.id
            """,
            new
            {
                account,
                request,
                now,
                AfterEnd,
            },
            stop
        );

    /// <summary>Whoever has it finds nothing from now on. Of a link that is not the account's nothing changes.</summary>
    public static Task Revoke(
        NpgsqlConnection connection,
        Guid account,
        Guid request,
        Guid link,
        CancellationToken stop
    ) =>
        connection.Execute(
            """
            delete from status_link l using request r
            where l.id = @link and l.request_id = @request and r.id = l.request_id and r.account_id = @account
            """,
            new
            {
                account,
                request,
                link,
            },
            stop
        );

    /// <summary>What a token shows now; null for one that is unknown, past its time or revoked, and while the need is hidden.</summary>
    public static Task<SharedStatus?> Find(
        NpgsqlConnection connection,
        string token,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Row<SharedStatus>(
            """
            select c.code as category, r.quantity, r.unmet, r.promised, r.delivered,
                   case when r.status = 'open' and r.expires_at <= @now then 'expired' else r.status end as status,
                   greatest(r.created_at, r.ended_at, (
                     select max(greatest(m.accepted_at, m.set_out_at, m.delivered_at, m.confirmed_at, m.ended_at)) from match m
                     where m.request_id = r.id and m.accepted_at is not null)) as changed_at
            from status_link l
            join request r on (r.id, r.root_area_id) = (l.request_id, l.root_area_id)
            join category c on c.id = r.category_id
            where l.token_hash = @hash and least(l.expires_at, r.ended_at + @AfterEnd) > @now and r.hidden_at is null
            """,
            new
            {
                hash = Sessions.Hash(token),
                now,
                AfterEnd,
            },
            stop
        );

    // The account first, as whoever erases it does: a link made meanwhile would outlive it.
    private static async Task<Guid> Lock(
        NpgsqlConnection connection,
        Guid account,
        Guid request,
        DateTimeOffset now,
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
                "select root_area_id, ended_at from request where id = @request and account_id = @account for no key update",
                new { account, request },
                stop
            ) ?? throw Refusal.NotFound();
        return own.EndedAt + AfterEnd <= now ? throw new Refusal(409, "shareOver") : own.RootAreaId;
    }

    private sealed class Owned
    {
        public Guid RootAreaId { get; init; }
        public DateTimeOffset? EndedAt { get; init; }
    }
}

/// <summary>A live link, as its owner sees it: not the token.</summary>
public sealed class StatusLink
{
    public Guid Id { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>How a need is doing, and nothing of whose it is or where.</summary>
public sealed class SharedStatus
{
    public string Category { get; init; } = "";
    public int Quantity { get; init; }
    public int Unmet { get; init; }
    public int Promised { get; init; }
    public int Delivered { get; init; }
    public string Status { get; init; } = "";
    public DateTimeOffset ChangedAt { get; init; }
}
