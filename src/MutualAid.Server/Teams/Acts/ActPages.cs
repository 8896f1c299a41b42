using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Teams.Acts;

/// <summary><c>/team/acts/{id}</c>: what one act, or a batch of them, did to which needs, and the button that takes it back.</summary>
internal sealed class ActPages(
    ManyNeeds many,
    Categories categories,
    ServiceDatabase database,
    TimeProvider time
)
{
    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            "/team/acts/{batchId:guid}",
            (Guid batchId, Caller caller, HttpContext context, ActPages acts, CancellationToken stop) =>
                acts.Show(context, caller, batchId, null, stop)
        );
        pages.MapPost(
            "/team/acts/{batchId:guid}/undo",
            (Guid batchId, Caller caller, HttpContext context, ActPages acts, CancellationToken stop) =>
                acts.Undo(context, caller, batchId, stop)
        );
    }

    private async Task<IResult> Undo(HttpContext context, Caller caller, Guid id, CancellationToken stop)
    {
        var form = await PostedForm.Read(context, stop);
        var trouble = await Trouble.Of(
            context,
            id,
            "undo",
            form,
            () => many.Undo(id, caller, context, stop),
            stop
        );
        return trouble is not null
            ? await Show(context, caller, id, trouble, stop)
            : SeeOther.To($"/team/acts/{id}?undone");
    }

    private async Task<IResult> Show(
        HttpContext context,
        Caller caller,
        Guid id,
        Trouble? trouble,
        CancellationToken stop
    )
    {
        if (caller.Roles.Count == 0)
            throw Refusal.NotFound();
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        // Whoever did it sees that it is done, though the need is another team's now; nothing private stands here.
        var rows = await connection.Rows<BatchRow>(
            """
            select a.id, a.request_id, a.act, a.at, a.how, a.reason, a.undone_by is not null as undone, o.name as who, x.reached,
                   c.code as category, r.quantity, r.status, r.created_at, w.name as area
            from (select q.* from need_act q where q.batch_id = @id union select q.* from need_act q where q.id = @id) a
            join request r on (r.id, r.root_area_id) = (a.request_id, a.root_area_id)
            join category c on c.id = r.category_id
            join area w on w.id = r.public_area_id
            left join account_private o on o.account_id = a.account_id
            cross join lateral (select account_reaches(@AccountId, r.responsible_area_id, @now) as reached) x
            where x.reached or (a.account_id = @AccountId and account_reaches(@AccountId, a.area_id, @now))
            order by a.id
            """,
            new
            {
                id,
                caller.AccountId,
                now,
            },
            stop
        );
        if (rows.Count == 0)
            throw Refusal.NotFound();
        return Pages.Show<ActPage>(
            context,
            new
            {
                Id = id,
                Rows = rows,
                Undoable = ActAsked.Back.ContainsKey(rows[0].Act)
                    && rows[0].At > now - ManyNeeds.Undoable
                    && rows.Any(row => !row.Undone),
                Categories = await categories.All(stop),
                Trouble = trouble,
            },
            trouble?.Status ?? 200
        );
    }
}

/// <summary>One need of a batch, as everybody saw it.</summary>
public sealed class BatchRow
{
    public Guid Id { get; init; }
    public Guid RequestId { get; init; }
    public string Act { get; init; } = "";
    public DateTimeOffset At { get; init; }
    public string? How { get; init; }
    public string? Reason { get; init; }
    public bool Undone { get; init; }
    public string? Who { get; init; }

    /// <summary>Whether the reader can open it still.</summary>
    public bool Reached { get; init; }
    public string Category { get; init; } = "";
    public int Quantity { get; init; }
    public string Status { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
    public string Area { get; init; } = "";
}
