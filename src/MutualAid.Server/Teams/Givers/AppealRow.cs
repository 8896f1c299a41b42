using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Givers;

/// <summary>An appeal that waits, as a moderator of its area reads it.</summary>
public sealed class AppealRow
{
    public Guid Id { get; init; }
    public Guid AccountId { get; init; }
    public string? Name { get; init; }
    public Guid AreaId { get; init; }
    public string Area { get; init; } = "";
    public string? Text { get; init; }
    public DateTimeOffset MadeAt { get; init; }
    public DateTimeOffset? SuspendedAt { get; init; }
    public Guid? SuspendedBy { get; init; }
    public string? SuspendedByName { get; init; }

    /// <summary>Why, as it was told.</summary>
    public string? Reason { get; init; }
    public bool Answered { get; init; }

    /// <summary>The reader's role there.</summary>
    public string Role { get; init; } = "";

    /// <summary>Whether somebody else could answer it.</summary>
    public bool Others { get; init; }

    public bool IsFor(Guid reader) => !Others || SuspendedBy != reader;

    /// <summary>The area's that wait, the longest first; one more than <paramref name="most"/> when there are more.</summary>
    /// <exception cref="Refusal">404: the caller is no moderator of it.</exception>
    internal static async Task<(Reach Reach, IReadOnlyList<AppealRow> Rows)> Waiting(
        NpgsqlConnection connection,
        Caller caller,
        Guid area,
        (DateTimeOffset? At, Guid? Id) after,
        int most,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var reach = await Reach.Of(connection, caller, area, now, stop);
        if (
            !await connection.Value<bool>(
                "select account_moderates(@AccountId, @area, @now)",
                new
                {
                    caller.AccountId,
                    area,
                    now,
                },
                stop
            )
        )
            throw Refusal.NotFound();
        var rows = await connection.Rows<AppealRow>(
            $"""
            {Select}
            where @area = any (w.ancestors) and p.answered_at is null
              and (@afterId::uuid is null or (p.made_at, p.id) > (@afterAt, @afterId))
            order by p.made_at, p.id limit @most + 1
            """,
            new
            {
                caller.AccountId,
                area,
                afterAt = after.At,
                afterId = after.Id,
                most,
                now,
            },
            stop
        );
        return (reach, rows);
    }

    /// <summary>One of the caller's to answer, locked; null when it is none. The account's lock comes first, as everywhere.</summary>
    internal static async Task<AppealRow?> Lock(
        NpgsqlConnection connection,
        Caller caller,
        Guid appeal,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        await connection.Execute(
            "select 1 from account a where a.id = (select p.account_id from appeal p where p.id = @appeal) for no key update",
            new { appeal },
            stop
        );
        return await connection.Row<AppealRow>(
            $"{Select} where p.id = @appeal and account_moderates(@AccountId, p.area_id, @now) for no key update of p",
            new
            {
                caller.AccountId,
                appeal,
                now,
            },
            stop
        );
    }

    private const string Select = """
        select p.id, p.account_id, n.name, p.area_id, w.name as area, p.text, p.made_at, a.suspended_at, p.suspended_by,
               (select b.name from account_private b where b.account_id = p.suspended_by) as suspended_by_name,
               (select l.reason from moderation_log l where l.account_id = p.account_id and l.act = 'suspend' and l.at <= p.made_at
                order by l.at desc limit 1) as reason,
               p.answered_at is not null as answered,
               (select g.role from role_grant g where g.account_id = @AccountId and g.area_id = any (w.ancestors)
                  and g.role in ('moderator', 'administrator') and g.revoked_at is null and (g.ends_at is null or g.ends_at > @now)
                order by g.role limit 1) as role,
               exists (select from role_grant g join account m on m.id = g.account_id and m.suspended_at is null and m.erased_at is null
                       where g.area_id = any (w.ancestors) and g.role in ('moderator', 'administrator') and g.revoked_at is null
                         and (g.ends_at is null or g.ends_at > @now) and g.account_id not in (@AccountId, p.account_id)) as others
        from appeal p
        join account a on a.id = p.account_id
        join area w on w.id = p.area_id
        left join account_private n on n.account_id = p.account_id
        """;
}
