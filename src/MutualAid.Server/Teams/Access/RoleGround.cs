using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Access;

/// <summary>An area where a caller may give roles or look into the access log: as its lead, or as an administrator of it or above.</summary>
public sealed class RoleGround
{
    public Guid AreaId { get; init; }
    public string Name { get; init; } = "";
    public string Path { get; init; } = "";
    public string TimeZone { get; init; } = "";
    public Guid[] Leaves { get; init; } = [];

    /// <summary>The higher of the roles that reach it, and where it is.</summary>
    public string Role { get; init; } = "";
    public Guid RoleAreaId { get; init; }

    /// <summary>What the caller may give here, the least first.</summary>
    public string[] Grants { get; init; } = [];

    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    /// <exception cref="Refusal">404: no such area, or neither lead nor administrator there.</exception>
    public static async Task<RoleGround> Of(
        NpgsqlConnection connection,
        Caller caller,
        Guid area,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        // Without a second factor a session has no roles.
        caller.Roles.Count == 0
            ? throw Refusal.NotFound()
            : await connection.Row<RoleGround>(
                """
                select a.id as area_id, a.name, a.path, root.time_zone, g.role, g.area_id as role_area_id,
                       array(select l.id from area l where a.id = any (l.ancestors)) as leaves,
                       array(select r.role from unnest(@roles) with ordinality r (role, at)
                             where account_grants(@AccountId, r.role, a.id, @now) order by r.at) as grants
                from area a join area root on root.id = a.root_id
                cross join lateral (
                  select q.role, q.area_id from role_grant q
                  where q.account_id = @AccountId and q.area_id = any (a.ancestors) and q.role in ('teamLead', 'administrator')
                    and q.revoked_at is null and (q.ends_at is null or q.ends_at > @now)
                  order by q.role, q.granted_at, q.id limit 1) g
                where a.id = @area
                """,
                new
                {
                    caller.AccountId,
                    area,
                    now,
                    roles = GrantCommand.Roles,
                },
                stop
            ) ?? throw Refusal.NotFound();
}
