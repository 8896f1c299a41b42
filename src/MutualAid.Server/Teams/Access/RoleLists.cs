using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using Npgsql;

namespace MutualAid.Server.Teams.Access;

/// <summary>Who has which role on an area and below it, and what was done about roles there.</summary>
internal static class RoleLists
{
    /// <summary>Latest first; one more than <paramref name="most"/> when there are more.</summary>
    /// <param name="one">Only this grant; null: all of them.</param>
    public static Task<IReadOnlyList<RoleRow>> Roles(
        NpgsqlConnection connection,
        Caller caller,
        Guid area,
        Guid? one,
        (DateTimeOffset? At, Guid? Id) after,
        int most,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Rows<RoleRow>(
            """
            select g.id, g.role, a.id as area_id, a.name as area_name, p.name, right(p.phone, 3) as phone_end, g.granted_at, g.ends_at,
                   b.name as granted_by, p.totp_enrolled_at is not null as enrolled, g.account_id = @AccountId as mine,
                   g.account_id = @AccountId or account_grants(@AccountId, g.role, g.area_id, @now) as revocable,
                   p.totp_enrolled_at is not null and not exists (
                     select from role_grant o where o.account_id = g.account_id and o.revoked_at is null and (o.ends_at is null or o.ends_at > @now)
                       and not account_grants(@AccountId, o.role, o.area_id, @now)) as resettable
            from role_grant g
            join area a on a.id = g.area_id
            join account_private p on p.account_id = g.account_id
            left join account_private b on b.account_id = g.granted_by
            where @area = any (a.ancestors) and (@one::uuid is null or g.id = @one) and g.revoked_at is null and (g.ends_at is null or g.ends_at > @now)
              and (@at::timestamptz is null or (g.granted_at, g.id) < (@at, @id))
            order by g.granted_at desc, g.id desc limit @most + 1
            """,
            new
            {
                caller.AccountId,
                area,
                one,
                now,
                at = after.At,
                id = after.Id,
                most,
            },
            stop
        );

    /// <summary>Latest first; one more than <paramref name="most"/> when there are more.</summary>
    public static Task<IReadOnlyList<RoleLogRow>> Log(
        NpgsqlConnection connection,
        Guid area,
        long? before,
        int most,
        CancellationToken stop
    ) =>
        connection.Rows<RoleLogRow>(
            """
            select l.id, l.at, l.act, l.role, a.name as area_name, p.name, right(p.phone, 3) as phone_end, l.ends_at, l.by_how, b.name as by_name
            from role_log l
            join area a on a.id = l.area_id
            left join account_private p on p.account_id = l.account_id
            left join account_private b on b.account_id = l.by_account_id
            where @area = any (a.ancestors) and (@before::bigint is null or l.id < @before)
            order by l.id desc limit @most + 1
            """,
            new
            {
                area,
                before,
                most,
            },
            stop
        );
}
