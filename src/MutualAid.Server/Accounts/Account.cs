using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Accounts;

/// <summary>An account as its owner sees it. Roles are those that count in this session.</summary>
public sealed record Account(
    Guid Id,
    string? Name,
    string Phone,
    string Locale,
    bool OnDuty,
    DateTimeOffset CreatedAt,
    IReadOnlyList<RoleOnArea> Roles
)
{
    /// <summary>The account of this number, made when there is none.</summary>
    /// <param name="locale">Of a new account.</param>
    public static async Task<Guid> OfPhone(
        NpgsqlConnection connection,
        string phone,
        string locale,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        // Two right codes for one new number make one account: the second waits here and finds it.
        await connection.Execute(
            "select pg_advisory_xact_lock(hashtextextended(@phone, 1))",
            new { phone },
            stop
        );
        var known = await connection.Value<Guid?>(
            "select account_id from account_private where phone = @phone",
            new { phone },
            stop
        );
        if (known is { } account)
            return account;
        var id = Guid.CreateVersion7(now);
        await connection.Execute(
            """
            insert into account (id, locale, created_at) values (@id, @locale, @now);
            insert into account_private (account_id, phone) values (@id, @phone);
            """,
            new
            {
                id,
                phone,
                locale,
                now,
            },
            stop
        );
        return id;
    }

    /// <summary>Reads an account for its owner, with its edit version; null when it was erased.</summary>
    public static async Task<(Account Account, int EditVersion)?> Read(
        NpgsqlConnection connection,
        Guid id,
        IReadOnlyList<RoleOnArea> roles,
        CancellationToken stop
    )
    {
        var row = await connection.Row<Row>(
            """
            select a.id, p.name, p.phone, a.locale, a.on_duty, a.created_at, a.edit_version
            from account a join account_private p on p.account_id = a.id where a.id = @id
            """,
            new { id },
            stop
        );
        return row is null
            ? null
            : (
                new Account(row.Id, row.Name, row.Phone, row.Locale, row.OnDuty, row.CreatedAt, roles),
                row.EditVersion
            );
    }

    /// <summary>The account's live roles: what a session with the second factor has.</summary>
    public static Task<IReadOnlyList<RoleOnArea>> LiveRoles(
        NpgsqlConnection connection,
        Guid id,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Rows<RoleOnArea>(
            """
            select role, area_id from role_grant
            where account_id = @id and revoked_at is null and (ends_at is null or ends_at > @now) order by role, area_id
            """,
            new { id, now },
            stop
        );

    private sealed class Row
    {
        public Guid Id { get; init; }
        public string? Name { get; init; }
        public string Phone { get; init; } = "";
        public string Locale { get; init; } = "";
        public bool OnDuty { get; init; }
        public DateTimeOffset CreatedAt { get; init; }
        public int EditVersion { get; init; }
    }
}
