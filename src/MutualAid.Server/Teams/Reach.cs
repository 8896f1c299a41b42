using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams;

/// <summary>An area that a caller's role reaches, and everything below it that looks after somebody.</summary>
public sealed class Reach
{
    public Guid AreaId { get; init; }
    public Guid RootId { get; init; }
    public string Code { get; init; } = "";
    public string Name { get; init; } = "";
    public string Path { get; init; } = "";
    public string TimeZone { get; init; } = "";
    public Guid[] Leaves { get; init; } = [];

    /// <summary>The first of the roles that reach it, and where it is.</summary>
    public string Role { get; init; } = "";
    public Guid RoleAreaId { get; init; }

    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    /// <exception cref="Refusal">404: no such area, or no role of this caller's reaches it.</exception>
    public static async Task<Reach> Of(
        NpgsqlConnection connection,
        Caller caller,
        Guid area,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        // Without a second factor a session has no roles.
        caller.Roles.Count == 0
            ? throw Refusal.NotFound()
            : await connection.Row<Reach>(
                """
                select a.id as area_id, a.root_id, a.code, a.name, a.path, root.time_zone, g.role, g.area_id as role_area_id,
                       array(select l.id from area l where a.id = any (l.ancestors)) as leaves
                from area a join area root on root.id = a.root_id
                cross join lateral (
                  select q.role, q.area_id from role_grant q
                  where q.account_id = @AccountId and q.area_id = any (a.ancestors)
                    and q.role in ('teamMember', 'teamLead', 'moderator', 'administrator')
                    and q.revoked_at is null and (q.ends_at is null or q.ends_at > @now)
                  order by q.granted_at, q.id limit 1) g
                where a.id = @area and account_reaches(@AccountId, a.id, @now)
                """,
                new
                {
                    caller.AccountId,
                    area,
                    now,
                },
                stop
            ) ?? throw Refusal.NotFound();
}
