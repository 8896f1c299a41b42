using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Givers;

/// <summary>The strongest role by which a caller reaches an area that somebody gives in.</summary>
internal sealed class Standing
{
    public string Role { get; init; } = "";
    public Guid AreaId { get; init; }

    /// <summary>Whether the one whom it is about has a role themselves.</summary>
    public bool HasRoles { get; init; }

    /// <exception cref="Refusal">404: they give nowhere that this caller's roles reach.</exception>
    public static async Task<Standing> Over(
        NpgsqlConnection connection,
        Caller caller,
        Guid giver,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        caller.Roles.Count == 0
            ? throw Refusal.NotFound()
            : await connection.Row<Standing>(
                """
                select g.role, a.id as area_id,
                       exists (select from role_grant q where q.account_id = @giver and q.revoked_at is null
                               and (q.ends_at is null or q.ends_at > @now)) as has_roles
                from account s
                cross join gives_in(s.id) i (id)
                join area a on a.id = i.id
                join role_grant g on g.area_id = any (a.ancestors) and g.account_id = @AccountId
                  and g.role in ('teamMember', 'teamLead', 'moderator', 'administrator')
                  and g.revoked_at is null and (g.ends_at is null or g.ends_at > @now)
                where s.id = @giver and s.erased_at is null
                order by array_position(array['administrator', 'moderator', 'teamLead', 'teamMember'], g.role), a.id limit 1
                """,
                new
                {
                    giver,
                    caller.AccountId,
                    now,
                },
                stop
            ) ?? throw Refusal.NotFound();
}
