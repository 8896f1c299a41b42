using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Teams.Access;

/// <summary>
/// Roles given by people: what is below one's own role, inside its reach. A session reads its roles anew at each request, so
/// they count at once; the database logs them.
/// </summary>
public sealed class RoleGrants(Idempotency idempotency, RoleMessages messages, TimeProvider time)
{
    /// <summary>Gives a role, or gives it again until another day; the person is told. Returns the grant's id.</summary>
    /// <exception cref="Refusal">404: not the caller's ground. 403: not below their own role.</exception>
    internal async Task<Guid> Grant(
        HttpContext context,
        Caller caller,
        Guid area,
        RoleBody body,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        var made = await idempotency.Once(
            context,
            caller.AccountId,
            $"team/{area}/roles",
            body,
            async connection =>
            {
                var ground = await RoleGround.Of(connection, caller, area, now, stop);
                var wish = RoleWish.Read(body, now);
                if (!ground.Grants.Contains(wish.Role))
                    throw new Refusal(403, "roleAbove");
                var account = await Account.OfPhone(connection, wish.Phone.E164, "vi", now, stop);
                var id = await connection.Value<Guid>(
                    """
                    insert into role_grant (id, account_id, role, area_id, granted_by, granted_at, ends_at)
                    values (@id, @account, @Role, @area, @AccountId, @now, @EndsAt)
                    on conflict (account_id, role, area_id) where revoked_at is null
                    do update set granted_by = @AccountId, granted_at = @now, ends_at = @EndsAt
                    returning id
                    """,
                    new
                    {
                        id = Guid.CreateVersion7(now),
                        account,
                        wish.Role,
                        area,
                        caller.AccountId,
                        now,
                        wish.EndsAt,
                    },
                    stop
                );
                await messages.Tell(
                    connection,
                    account,
                    "roleGranted",
                    locale =>
                        Texts.Of(
                            locale,
                            "message.roleGranted",
                            Texts.Of(locale, $"roles.role.{wish.Role}"),
                            ground.Name,
                            RoleDay.Of(locale, wish.EndsAt)
                        ),
                    now,
                    stop
                );
                return new Made("roleGrant", id, 201);
            },
            stop
        );
        messages.Wake();
        return made.Id!.Value;
    }
}
