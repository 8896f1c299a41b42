using System.Security.Cryptography;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>Tokens: 32 random bytes, of which the database keeps the SHA-256 only.</summary>
public sealed class Sessions(ServiceDatabase database, TimeProvider time)
{
    public const string Cookie = "mutualaid";
    public static readonly TimeSpan Life = TimeSpan.FromDays(90);

    /// <summary>32 random bytes in letters that need no escaping.</summary>
    public static string NewToken() =>
        Convert
            .ToBase64String(RandomNumberGenerator.GetBytes(32))
            .Replace('+', '-')
            .Replace('/', '_')
            .TrimEnd('=');

    /// <summary>Opens a session and returns its token, which nobody can ask for again.</summary>
    /// <param name="device">What its owner will know it by: <see cref="Device.Of"/>.</param>
    public static async Task<string> Open(
        NpgsqlConnection connection,
        Guid accountId,
        string kind,
        bool secondFactor,
        DateTimeOffset now,
        CancellationToken stop,
        string? device = null
    )
    {
        string token = NewToken();
        await connection.Execute(
            """
            insert into session (token_hash, id, account_id, kind, second_factor, created_at, last_seen_at, expires_at, device)
            values (@hash, @id, @accountId, @kind, @secondFactor, @now, @now, @expires, @device)
            """,
            new
            {
                hash = Hash(token),
                id = Guid.CreateVersion7(now),
                accountId,
                kind,
                secondFactor,
                now,
                expires = now + Life,
                device,
            },
            stop
        );
        return token;
    }

    /// <summary>Who holds this token now; null when nobody does.</summary>
    /// <exception cref="Refusal">410: the account was erased.</exception>
    public async Task<Caller?> Find(string token, string kind, CancellationToken stop)
    {
        if (token.Length is < 40 or > 64)
            return null;
        await using var connection = await database.Open(stop);
        var now = time.GetUtcNow();
        var rows = await connection.Rows<Row>(
            """
            select s.id as session_id, s.account_id, s.second_factor, a.locale, a.erased_at is not null as erased,
                   a.suspended_at is not null as suspended, g.role, g.area_id, s.last_seen_at,
                   s.created_at < @now - make_interval(days => setting('silence_days')::int) as silent
            from session s
            join account a on a.id = s.account_id
            left join role_grant g on g.account_id = a.id and g.revoked_at is null and (g.ends_at is null or g.ends_at > @now) and s.second_factor and a.suspended_at is null
            where s.token_hash = @hash and s.kind = @kind and s.expires_at > @now and (s.revoked_at is null or a.erased_at is not null)
            """,
            new
            {
                hash = Hash(token),
                kind,
                now,
            },
            stop
        );
        if (rows.Count == 0)
            return null;
        if (rows[0].Erased)
            throw new Refusal(410, "erased");
        // Not at every request: a write for each read would cost more than the read.
        if (now - rows[0].LastSeenAt > TimeSpan.FromHours(1))
            await connection.Execute(
                "update session set last_seen_at = @now where id = @SessionId",
                new { now, rows[0].SessionId },
                stop
            );
        return new Caller(
            rows[0].AccountId,
            rows[0].SessionId,
            rows[0].Locale,
            rows[0].SecondFactor,
            [
                .. rows.Where(row => row.Role is not null)
                    .Select(row => new RoleOnArea(row.Role!, row.AreaId!.Value)),
            ]
        )
        {
            Silent = rows[0].Silent,
        };
    }

    /// <summary>Ends one session.</summary>
    public static Task Close(
        NpgsqlConnection connection,
        Guid sessionId,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Execute(
            "update session set revoked_at = coalesce(revoked_at, @now) where id = @sessionId",
            new { sessionId, now },
            stop
        );

    public static byte[] Hash(string token) => SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token));

    private sealed class Row
    {
        public Guid SessionId { get; init; }
        public Guid AccountId { get; init; }
        public bool SecondFactor { get; init; }
        public string Locale { get; init; } = "vi";
        public bool Erased { get; init; }
        public bool Suspended { get; init; }
        public string? Role { get; init; }
        public Guid? AreaId { get; init; }
        public DateTimeOffset LastSeenAt { get; init; }
        public bool Silent { get; init; }
    }
}
