using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary>A team posts for a household of its area: a post for somebody else as anybody makes it, verified if they say how.</summary>
internal sealed class PostForHousehold(Posting posting, TimeProvider time)
{
    internal Task<Made> Do(
        Guid area,
        TeamPostBody body,
        Caller caller,
        HttpContext context,
        CancellationToken stop
    )
    {
        var errors = new FieldErrors();
        errors.Check(body.OnBehalfOf is not null, "onBehalfOf", "required");
        errors.Check(
            body.Verified is null || ActAsked.Hows.Contains(body.Verified),
            "verified",
            "oneOf",
            string.Join(", ", ActAsked.Hows)
        );
        errors.ThrowIfAny();
        return posting.Post(
            context,
            caller,
            body,
            $"team/{area}/requests",
            connection => Reach.Of(connection, caller, area, time.GetUtcNow(), stop),
            (connection, household) => Write(connection, area, body.Verified, caller, household, stop),
            stop
        );
    }

    private async Task Write(
        NpgsqlConnection connection,
        Guid area,
        string? how,
        Caller caller,
        Guid household,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        var needs = await connection.Rows<Guid>(
            """
            update request r set verified_at = case when @how::text is not null then @now end
            from area a
            where r.household_id = @household and a.id = r.responsible_area_id and @area = any (a.ancestors)
            returning r.id
            """,
            new
            {
                how,
                now,
                household,
                area,
            },
            stop
        );
        if (needs.Count == 0)
            throw Refusal.Field("location", "outsideTeam");
        await connection.Execute(
            """
            insert into need_act (id, root_area_id, request_id, area_id, account_id, role, role_area_id, act, how, at, after)
            select x.act, r.root_area_id, r.id, r.responsible_area_id, @AccountId, g.role, g.area_id, 'post', @how, @now, need_state(r)
            from unnest(@acts, @needs) x (act, need)
            join request r on r.id = x.need
            cross join lateral role_at(@now, @AccountId, r.responsible_area_id) g
            """,
            new
            {
                acts = needs.Select(_ => Guid.CreateVersion7(now)).ToArray(),
                needs = needs.ToArray(),
                caller.AccountId,
                how,
                now,
            },
            stop
        );
    }
}

/// <summary>A post for a household. <see cref="Verified"/>: how the team knows it, as with the act of verifying; left out, it is not verified.</summary>
public sealed record TeamPostBody : PostBody
{
    public string? Verified { get; init; }
}
