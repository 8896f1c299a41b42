using System.Text.Json;
using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary>A need that a team has in hand: locked to the end of the transaction, and reached by a role of whoever acts.</summary>
internal sealed class HeldNeed
{
    public Guid Id { get; init; }
    public Guid RootAreaId { get; init; }
    public Guid AreaId { get; init; }
    public Guid OwnerId { get; init; }
    public Guid HouseholdId { get; init; }
    public short CategoryId { get; init; }
    public int Quantity { get; init; }
    public int Unmet { get; init; }
    public int Promised { get; init; }
    public int Delivered { get; init; }
    public bool Divisible { get; init; }
    public string Status { get; init; } = "";
    public string? EndStatus { get; init; }
    public string Role { get; init; } = "";
    public Guid RoleAreaId { get; init; }

    /// <summary>Its state when it was taken, as JSON.</summary>
    public string Before { get; init; } = "{}";

    /// <summary>Takes needs in hand, in the door's order: their owners' accounts, when the act reads or adds to what these have, then the needs.</summary>
    /// <exception cref="Refusal">404: the first of them is not there, or out of reach. The others are left out.</exception>
    internal static async Task<IReadOnlyList<HeldNeed>> Take(
        NpgsqlConnection connection,
        Caller caller,
        Guid[] ids,
        bool owners,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        if (owners)
            await connection.Execute(
                "select 1 from account where id in (select account_id from request where id = any (@ids)) order by id for no key update",
                new { ids },
                stop
            );
        await connection.Execute(
            "select 1 from request where id = any (@ids) order by id for update",
            new { ids },
            stop
        );
        var held = await connection.Rows<HeldNeed>(
            """
            select r.id, r.root_area_id, r.responsible_area_id as area_id, r.account_id as owner_id, r.household_id, r.category_id, r.quantity,
                   r.unmet, r.promised, r.delivered, r.divisible, r.status, r.end_status, g.role, g.area_id as role_area_id,
                   need_state(r)::text as before
            from request r cross join lateral role_at(@now, @AccountId, r.responsible_area_id) g
            where r.id = any (@ids) and g.role is not null and account_reaches(@AccountId, r.responsible_area_id, @now)
            order by array_position(@ids, r.id)
            """,
            new
            {
                ids,
                caller.AccountId,
                now,
            },
            stop
        );
        return caller.Roles.Count > 0 && held.Count > 0 && held[0].Id == ids[0]
            ? held
            : throw Refusal.NotFound();
    }

    /// <exception cref="Refusal">409: it has ended.</exception>
    internal void DemandLive()
    {
        if (EndStatus is not null)
            throw RequestEnds.Ended(EndStatus);
    }

    /// <summary>Writes the act down, with what it has changed since the need was taken.</summary>
    /// <param name="more">Further members of <c>after</c>.</param>
    /// <param name="reason">Of a need that is closed: one of <see cref="ActAsked.Reasons"/>.</param>
    /// <returns>The act's id.</returns>
    internal async Task<Guid> Write(
        NpgsqlConnection connection,
        Caller caller,
        string act,
        DateTimeOffset now,
        CancellationToken stop,
        object? more = null,
        string? reason = null,
        string? text = null,
        object? privateBefore = null,
        object? privateAfter = null
    )
    {
        var id = Guid.CreateVersion7(now);
        await connection.Execute(
            """
            insert into need_act (id, root_area_id, request_id, area_id, account_id, role, role_area_id, act, reason, at, before, after)
            select @id, @RootAreaId, @need, @AreaId, @AccountId, @Role, @RoleAreaId, @act, @reason, @now,
                   changed_members(@Before::jsonb, s.now), changed_members(s.now, @Before::jsonb) || @more::jsonb
            from request r cross join lateral (select need_state(r) as now) s
            where (r.id, r.root_area_id) = (@need, @RootAreaId);
            """,
            new
            {
                id,
                RootAreaId,
                need = Id,
                AreaId,
                caller.AccountId,
                Role,
                RoleAreaId,
                act,
                reason,
                now,
                Before,
                more = Serialized(more) ?? "{}",
            },
            stop
        );
        if (text is not null || privateBefore is not null)
            await connection.Execute(
                """
                insert into need_act_private (act_id, root_area_id, request_id, text, before, after)
                values (@id, @RootAreaId, @need, @text, @before::jsonb, @after::jsonb)
                """,
                new
                {
                    id,
                    RootAreaId,
                    need = Id,
                    text,
                    before = Serialized(privateBefore),
                    after = Serialized(privateAfter),
                },
                stop
            );
        return id;
    }

    private static string? Serialized(object? value) =>
        value is null ? null : JsonSerializer.Serialize(value, Json.Options);
}
