using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Givers;

/// <summary>
/// A team's word for a giver, which opens households to them as a first confirmed delivery does. It counts until it is taken
/// back, and while the one who gave it is of the team.
/// </summary>
internal sealed class Vouches(Idempotency idempotency, TimeProvider time)
{
    public const int MostNote = 300;

    /// <summary>Gives one's word; who has given it already gives no second one. Returns its id.</summary>
    /// <exception cref="Refusal">404: no giver of an area of the caller's; 422: oneself.</exception>
    public async Task<Guid> Give(
        HttpContext context,
        Caller caller,
        Guid area,
        Guid giver,
        string? note,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        string? said = CleanText.Line(errors, "note", note, MostNote);
        var made = await idempotency.Once(
            context,
            caller.AccountId,
            $"team/{area}/givers/{giver}/vouch",
            new { note },
            async connection =>
            {
                var now = time.GetUtcNow();
                var reach = await GiverList.Of(connection, caller, area, giver, now, stop);
                errors.ThrowIfAny();
                if (giver == caller.AccountId)
                    throw new Refusal(422, "ownAccount");
                var id = Guid.CreateVersion7(now);
                var known = await connection.Value<Guid?>(
                    """
                    with made as (
                      insert into vouch (id, account_id, by_account_id, area_id, root_area_id, note, at)
                      select @id, @giver, @AccountId, a.id, a.root_id, @said, @now from area a where a.id = @area
                      on conflict (account_id, by_account_id, area_id) where revoked_at is null do nothing
                      returning id)
                    select v.id from vouch v
                    where (v.account_id, v.by_account_id, v.area_id) = (@giver, @AccountId, @area) and v.revoked_at is null
                      and not exists (select from made)
                    """,
                    new
                    {
                        id,
                        giver,
                        caller.AccountId,
                        area,
                        said,
                        now,
                    },
                    stop
                );
                if (known is null)
                    await new Moderated("vouch", giver, caller.AccountId, reach.Role, area)
                    {
                        Reason = said,
                    }.Write(connection, now, stop);
                return new Made("vouch", known ?? id, StatusCodes.Status201Created);
            },
            stop
        );
        return made.Id!.Value;
    }

    /// <summary>Takes back one's own word; with any role above a member's, everybody's of the area.</summary>
    /// <exception cref="Refusal">404: not the caller's area, or nothing there that they may take back.</exception>
    public static async Task Revoke(
        NpgsqlConnection connection,
        Caller caller,
        Guid area,
        Guid giver,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var reach = await Reach.Of(connection, caller, area, now, stop);
        int revoked = await connection.Execute(
            """
            update vouch v set revoked_at = @now
            where (v.account_id, v.area_id) = (@giver, @area) and v.revoked_at is null
              and (v.by_account_id = @AccountId or exists (
                select from role_grant g join area a on g.area_id = any (a.ancestors)
                where a.id = @area and g.account_id = @AccountId and g.role in ('teamLead', 'moderator', 'administrator')
                  and g.revoked_at is null and (g.ends_at is null or g.ends_at > @now)))
            """,
            new
            {
                now,
                giver,
                area,
                caller.AccountId,
            },
            stop
        );
        if (revoked == 0)
            throw Refusal.NotFound();
        await new Moderated("unvouch", giver, caller.AccountId, reach.Role, area).Write(
            connection,
            now,
            stop
        );
    }

    /// <summary>Those that count now, the first first.</summary>
    public static Task<IReadOnlyList<VouchRow>> For(
        NpgsqlConnection connection,
        Guid[] givers,
        DateTimeOffset now,
        CancellationToken stop
    ) =>
        connection.Rows<VouchRow>(
            """
            select v.id, v.account_id, v.by_account_id, p.name, v.area_id, a.name as area, v.note, v.at
            from vouch v join area a on a.id = v.area_id left join account_private p on p.account_id = v.by_account_id
            where v.account_id = any (@givers) and v.revoked_at is null and vouch_counts(v, @now)
            order by v.at, v.id
            """,
            new { givers, now },
            stop
        );
}

/// <summary>A word for a giver: whose, of which area's team.</summary>
public sealed class VouchRow
{
    public Guid Id { get; init; }
    public Guid AccountId { get; init; }
    public Guid ByAccountId { get; init; }
    public string? Name { get; init; }
    public Guid AreaId { get; init; }
    public string Area { get; init; } = "";
    public string? Note { get; init; }
    public DateTimeOffset At { get; init; }
}
