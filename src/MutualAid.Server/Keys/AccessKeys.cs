using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Keys;

/// <summary>Keys for programs: made, listed, revoked, and looked up by what is sent.</summary>
public sealed class AccessKeys(ServiceDatabase database, Idempotency idempotency, TimeProvider time)
{
    /// <summary>Live ones an account can have.</summary>
    public const int Most = 20;

    /// <summary>Makes one. Its token is in this answer and nowhere else; null when this Idempotency-Key has made it before.</summary>
    /// <exception cref="Refusal">403: the caller's roles do not reach the area. 409: twenty live ones already. 404: made before and revoked since.</exception>
    internal async Task<(KeyAnswer Key, string? Token)> Make(
        HttpContext context,
        Caller caller,
        KeyBody body,
        CancellationToken stop
    )
    {
        var asked = KeyAsked.Read(body);
        // Roles count in a session with the second factor only.
        if (asked.AreaId is not null && caller.Roles.Count == 0)
            throw new Refusal(403, "keyReach");
        string? token = null;
        var now = time.GetUtcNow();
        var made = await idempotency.Once(
            context,
            caller.AccountId,
            "me/keys",
            body,
            async connection =>
            {
                token = KeyToken.New(asked.AreaId is null ? KeyToken.Posting : KeyToken.Reading);
                return await Add(connection, caller.AccountId, asked, Sessions.Hash(token), now, stop);
            },
            stop
        );
        await using var connection = await database.Open(stop);
        var key =
            (await Of(connection, caller.AccountId, now, stop)).FirstOrDefault(one => one.Id == made.Id)
            ?? throw Refusal.NotFound();
        return (key, made.Replayed ? null : token);
    }

    /// <summary>All of an account, latest first; those that expired too, for a month.</summary>
    internal static async Task<IReadOnlyList<KeyAnswer>> Of(
        NpgsqlConnection connection,
        Guid account,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        [
            .. (
                await connection.Rows<KeyRow>(
                    """
                    select k.id, k.kind, k.name, a.id as area_id, a.name as area_name, a.path as area_path, k.created_at, k.expires_at,
                           k.last_used_at,
                           case when k.expires_at <= @now then 'expired'
                                when k.kind = 'reading' and not account_reaches(k.account_id, k.area_id, @now) then 'outOfReach'
                                else 'live' end as state
                    from access_key k left join area a on a.id = k.area_id
                    where k.account_id = @account order by k.created_at desc, k.id desc
                    """,
                    new { account, now },
                    stop
                )
            ).Select(row => row.Answer()),
        ];

    /// <summary>Whoever has it opens nothing from now on; false when the account has no such key.</summary>
    internal static async Task<bool> Revoke(
        NpgsqlConnection connection,
        Guid account,
        Guid key,
        CancellationToken stop
    ) =>
        await connection.Execute(
            "delete from access_key where id = @key and account_id = @account",
            new { account, key },
            stop
        ) > 0;

    /// <summary>The reading key of this token, while its maker's role reaches its area.</summary>
    internal async Task<UsedKey?> Reading(string token, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        return await connection.Row<UsedKey>(
            """
            select k.id, k.account_id, k.area_id, k.last_used_at
            from access_key k join account a on a.id = k.account_id
            where k.token_hash = @hash and k.kind = 'reading' and k.expires_at > @now
              and a.suspended_at is null and a.erased_at is null and account_reaches(k.account_id, k.area_id, @now)
            """,
            new { hash = Sessions.Hash(token), now = time.GetUtcNow() },
            stop
        );
    }

    /// <summary>The posting key of this token, and its maker as the one who posts: with the limits of their roles, without their eyes.</summary>
    internal async Task<(UsedKey Key, Caller Caller)?> Posting(string token, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        var now = time.GetUtcNow();
        var key = await connection.Row<UsedKey>(
            """
            select k.id, k.account_id, k.last_used_at, a.locale
            from access_key k join account a on a.id = k.account_id
            where k.token_hash = @hash and k.kind = 'posting' and k.expires_at > @now
              and a.suspended_at is null and a.erased_at is null
            """,
            new { hash = Sessions.Hash(token), now },
            stop
        );
        if (key is null)
            return null;
        var roles = await Account.LiveRoles(connection, key.AccountId, now, stop);
        return (key, new Caller(key.AccountId, key.Id, key.Locale, SecondFactor: false, roles));
    }

    /// <summary>Notes the use unless that was done lately, or is being done at this moment.</summary>
    internal async Task Used(Guid key, DateTimeOffset now, DateTimeOffset lately)
    {
        await using var connection = await database.Open(CancellationToken.None);
        await connection.Execute(
            """
            update access_key set last_used_at = @now where id in (
              select id from access_key where id = @key and (last_used_at is null or last_used_at <= @lately) for no key update skip locked)
            """,
            new
            {
                key,
                now,
                lately,
            },
            CancellationToken.None
        );
    }

    // The account first, as whoever erases it does: a key made meanwhile would outlive it. And one of twenty buttons pressed at
    // once waits for the other, so that each counts what is there.
    private static async Task<Made> Add(
        NpgsqlConnection connection,
        Guid account,
        KeyAsked asked,
        byte[] hash,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        bool suspended =
            await connection.Value<bool?>(
                "select suspended_at is not null from account where id = @account and erased_at is null for no key update",
                new { account },
                stop
            ) ?? throw new Refusal(410, "erased");
        if (suspended)
            throw new Refusal(403, "forbidden");
        var id = Guid.CreateVersion7(now);
        var values = new
        {
            id,
            hash,
            account,
            kind = asked.AreaId is null ? "posting" : "reading",
            asked.AreaId,
            asked.Name,
            now,
            expires = now + asked.Life,
            Most,
        };
        if (
            asked.AreaId is not null
            && !await connection.Value<bool>("select account_reaches(@account, @AreaId, @now)", values, stop)
        )
            throw new Refusal(403, "keyReach");
        int made = await connection.Execute(
            """
            insert into access_key (id, token_hash, account_id, kind, area_id, name, created_at, expires_at)
            select @id, @hash, @account, @kind, @AreaId, @Name, @now, @expires
            where (select count(*) from access_key k where k.account_id = @account and k.expires_at > @now) < @Most
            """,
            values,
            stop
        );
        return made == 1
            ? new Made("accessKey", id, StatusCodes.Status201Created)
            : throw new Refusal(409, "keysFull", Most);
    }

    private sealed class KeyRow
    {
        public Guid Id { get; init; }
        public string Kind { get; init; } = "";
        public string Name { get; init; } = "";
        public Guid? AreaId { get; init; }
        public string? AreaName { get; init; }
        public string? AreaPath { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public DateTimeOffset ExpiresAt { get; init; }
        public DateTimeOffset? LastUsedAt { get; init; }
        public string State { get; init; } = "";

        public KeyAnswer Answer() =>
            new(
                Id,
                Kind,
                Name,
                AreaId is { } area ? new AreaName(area, AreaName!, AreaPath!) : null,
                CreatedAt,
                ExpiresAt,
                LastUsedAt,
                State
            );
    }
}

/// <summary>A key that was looked up for a request.</summary>
internal sealed class UsedKey
{
    public Guid Id { get; init; }
    public Guid AccountId { get; init; }
    public Guid? AreaId { get; init; }
    public DateTimeOffset? LastUsedAt { get; init; }
    public string Locale { get; init; } = "vi";
}
