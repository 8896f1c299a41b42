using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;
using Npgsql;

namespace MutualAid.Server.Teams.Acts;

/// <summary><c>/team/needs/{id}</c>: a need with its private facts and its history, and a form for each act. To open it is a look.</summary>
internal sealed class NeedPages(
    NeedOnDesk desk,
    NeedForms forms,
    Categories categories,
    ServiceDatabase database,
    TimeProvider time
)
{
    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            "/team/needs/{id:guid}",
            (Guid id, Caller caller, HttpContext context, NeedPages needs, CancellationToken stop) =>
                needs.Show(context, caller, id, null, new PlaceAsked(), stop)
        );
        pages.MapPost(
            "/team/needs/{id:guid}/{act}",
            (
                Guid id,
                string act,
                Caller caller,
                HttpContext context,
                NeedPages needs,
                CancellationToken stop
            ) => needs.Act(context, caller, id, act, stop)
        );
    }

    private async Task<IResult> Act(
        HttpContext context,
        Caller caller,
        Guid id,
        string act,
        CancellationToken stop
    )
    {
        if (!NeedForms.Known.Contains(act))
            throw Refusal.NotFound();
        var form = await PostedForm.Read(context, stop);
        var to = act == "hand-over" ? await forms.Ward(form, stop) : new PlaceAsked();
        ActAnswer? done = null;
        var trouble = await Trouble.Of(
            context,
            id,
            act,
            form,
            async () => done = await forms.Do(context, caller, id, act, form, to, stop),
            stop
        );
        if (trouble is not null)
            return await Show(context, caller, id, trouble, to, stop);
        // Handed over, or moved into another's area, it is out of reach; what was done is not.
        return SeeOther.To(
            await Reached(caller, id, stop)
                ? $"/team/needs/{id}?done={done!.Act}&act={done.Id}"
                : $"/team/acts/{done!.Id}"
        );
    }

    private async Task<bool> Reached(Caller caller, Guid id, CancellationToken stop)
    {
        await using var connection = await database.Open(stop);
        return await connection.Value<bool>(
            "select account_reaches(@AccountId, responsible_area_id, @now) from request where id = @id",
            new
            {
                caller.AccountId,
                now = time.GetUtcNow(),
                id,
            },
            stop
        );
    }

    private async Task<IResult> Show(
        HttpContext context,
        Caller caller,
        Guid id,
        Trouble? trouble,
        PlaceAsked to,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        var around = new NeedAround();
        var answer = await desk.Read(
            id,
            caller,
            context.Locale(),
            _ => false,
            stop,
            async (connection, need) => around = await Around(connection, caller, need, now, stop)
        );
        return Pages.Show<NeedPage>(
            context,
            new
            {
                Desk = answer,
                Around = around,
                To = to,
                Categories = await categories.All(stop),
                Now = now,
                Trouble = trouble,
            },
            trouble?.Status ?? 200
        );
    }

    private static async Task<NeedAround> Around(
        NpgsqlConnection connection,
        Caller caller,
        DeskAnswer need,
        DateTimeOffset now,
        CancellationToken stop
    )
    {
        var id = need.Request.Id;
        bool live = need.Request.History?.EndedAt is null;
        return new NeedAround
        {
            History = await NeedHistory.Of(connection, id, stop),
            Givers = live && need.Request.Unmet > 0 ? await Givers.Of(connection, id, caller, now, stop) : [],
            Reports = await connection.Rows<ReportHere>(
                """
                select p.id, p.reason, p.created_at from report p
                where p.closed_at is null and p.reason <> 'harvesting'
                  and p.subject_id in (select @id union select m.id from match m where m.request_id = @id)
                order by p.created_at, p.id limit 20
                """,
                new { id },
                stop
            ),
            // Where it goes to mostly: beside, above, below.
            Areas = live
                ? await connection.Rows<AreaName>(
                    """
                    select n.id, n.name, n.path from area a
                    join area n on n.id <> a.id and n.valid_to is null and n.root_id = a.root_id
                      and (n.parent_id = a.parent_id or n.parent_id = a.id or n.id = a.parent_id)
                    where a.id = @Id order by n.name collate "vi-x-icu", n.id limit 100
                    """,
                    new { need.Responsible.Id },
                    stop
                )
                : [],
            Siblings = live
                ? await connection.Rows<Sibling>(
                    """
                    select s.id, s.quantity, s.unmet, s.created_at from request r
                    join household h on (h.id, h.root_area_id) = (r.household_id, r.root_area_id)
                    cross join lateral (
                      select q.* from request q where q.household_id = h.id
                      union
                      select q.* from household k join request q on (q.household_id, q.root_area_id) = (k.id, k.root_area_id)
                      where k.phone_hash = h.phone_hash and k.root_area_id = h.root_area_id) s
                    where r.id = @id and s.id <> r.id and s.category_id = r.category_id and s.end_status is null
                      and account_reaches(@AccountId, s.responsible_area_id, @now)
                    order by s.created_at, s.id limit 20
                    """,
                    new
                    {
                        id,
                        caller.AccountId,
                        now,
                    },
                    stop
                )
                : [],
        };
    }
}

/// <summary>What a need's page shows beside the need.</summary>
public sealed record NeedAround
{
    public IReadOnlyList<HistoryItem> History { get; init; } = [];
    public IReadOnlyList<GiverAnswer> Givers { get; init; } = [];
    public IReadOnlyList<ReportHere> Reports { get; init; } = [];
    public IReadOnlyList<AreaName> Areas { get; init; } = [];
    public IReadOnlyList<Sibling> Siblings { get; init; } = [];
}

/// <summary>An open report on the need, or on a match of it.</summary>
public sealed class ReportHere
{
    public Guid Id { get; init; }
    public string Reason { get; init; } = "";
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>Another need of the same household and category, into which it could be merged.</summary>
public sealed class Sibling
{
    public Guid Id { get; init; }
    public int Quantity { get; init; }
    public int Unmet { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
}
