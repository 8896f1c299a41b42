using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Access;

/// <summary>Roles ended, and second factors reset, by whoever is above. Both count at once.</summary>
public sealed class RoleEnds(ServiceDatabase database, RoleMessages messages, TimeProvider time)
{
    /// <summary>Ends a role; whoever had it is told. One's own may be laid down, but for the last administrator's.</summary>
    /// <exception cref="Refusal">404: no live grant where the caller may look. 403: not below their own role. 409: nobody would be left.</exception>
    internal async Task Revoke(Caller caller, Guid grant, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        await database.Transaction(
            async connection =>
            {
                var row = await Find(connection, caller, grant, now, stop);
                if (!row.Revocable)
                    throw new Refusal(403, "roleAbove");
                if (row.Mine && row.Role == "administrator")
                    await KeepOne(connection, caller, row.AreaId, now, stop);
                var account = await connection.Value<Guid>(
                    "update role_grant set revoked_at = @now, revoked_by = @AccountId where id = @grant and revoked_at is null returning account_id",
                    new
                    {
                        now,
                        caller.AccountId,
                        grant,
                    },
                    stop
                );
                if (account == Guid.Empty)
                    throw Refusal.NotFound();
                await messages.Tell(
                    connection,
                    account,
                    "roleRevoked",
                    locale =>
                        Texts.Of(
                            locale,
                            "message.roleRevoked",
                            Texts.Of(locale, $"roles.role.{row.Role}"),
                            row.AreaName
                        ),
                    now,
                    stop
                );
            },
            stop
        );
        messages.Wake();
    }

    /// <summary>Forgets the authenticator of whoever has this role; their next sign-in enrols another one. They are told.</summary>
    /// <exception cref="Refusal">As <see cref="Revoke"/>; 403 also when they have a role elsewhere that is not below the caller's.</exception>
    internal async Task Reset(Caller caller, Guid grant, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        await database.Transaction(
            async connection =>
            {
                var row = await Find(connection, caller, grant, now, stop);
                if (!row.Enrolled)
                    throw new Refusal(409, "notEnrolled");
                if (!row.Resettable)
                    throw new Refusal(403, "roleAbove");
                var account = await connection.Value<Guid>(
                    """
                    insert into role_log (at, act, account_id, area_id, by_account_id, by_how)
                    select @now, 'secondFactorReset', g.account_id, g.area_id, @AccountId, 'person' from role_grant g where g.id = @grant
                    returning account_id
                    """,
                    new
                    {
                        now,
                        caller.AccountId,
                        grant,
                    },
                    stop
                );
                await SecondFactor.Reset(connection, account, now, stop);
                await messages.Tell(
                    connection,
                    account,
                    "secondFactorReset",
                    locale => Texts.Of(locale, "message.secondFactorReset"),
                    now,
                    stop
                );
            },
            stop
        );
        messages.Wake();
    }

    private static async Task<RoleRow> Find(
        NpgsqlConnection connection,
        Caller caller,
        Guid grant,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var area = await connection.Value<Guid?>(
            "select area_id from role_grant where id = @grant",
            new { grant },
            stop
        );
        if (area is null)
            throw Refusal.NotFound();
        // One's own role is seen and laid down by whoever gives none, too.
        bool own = await connection.Value<bool>(
            "select account_id = @AccountId from role_grant where id = @grant",
            new { caller.AccountId, grant },
            stop
        );
        if (!own || caller.Roles.Count == 0)
            await RoleGround.Of(connection, caller, area.Value, now, stop);
        var rows = await RoleLists.Roles(connection, caller, area.Value, grant, (null, null), 1, now, stop);
        return rows.Count > 0 ? rows[0] : throw Refusal.NotFound();
    }

    // Of two who lay it down at once the second waits here, and is the last.
    private static async Task KeepOne(
        NpgsqlConnection connection,
        Caller caller,
        Guid area,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        await connection.Execute(
            "select pg_advisory_xact_lock(hashtextextended('last administrator', 7))",
            null,
            stop
        );
        bool others = await connection.Value<bool>(
            """
            select exists (select from role_grant g join area a on g.area_id = any (a.ancestors)
              where a.id = @area and g.role = 'administrator' and g.account_id <> @AccountId
                and g.revoked_at is null and (g.ends_at is null or g.ends_at > @now))
            """,
            new
            {
                area,
                caller.AccountId,
                now,
            },
            stop
        );
        if (!others)
            throw new Refusal(409, "lastAdministrator");
    }
}
