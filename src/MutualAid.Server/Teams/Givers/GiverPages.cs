using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Teams.Givers;

/// <summary><c>/team/{areaId}/givers</c>: who gives in an area; and one of them, with what a team can do.</summary>
internal sealed class GiverPages(
    NextGap gaps,
    Vouches vouches,
    Suspensions suspensions,
    ServiceDatabase database,
    Categories categories,
    PrivateViews views,
    TimeProvider time
)
{
    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            "/team/{areaId:guid}/givers",
            (Guid areaId, Caller caller, HttpContext context, GiverPages givers, CancellationToken stop) =>
                givers.List(context, caller, areaId, stop)
        );
        pages.MapGet(
            "/team/{areaId:guid}/givers/{accountId:guid}",
            (
                Guid areaId,
                Guid accountId,
                Caller caller,
                HttpContext context,
                GiverPages givers,
                CancellationToken stop
            ) => givers.Show(context, caller, areaId, accountId, null, null, stop)
        );
        pages.MapPost(
            "/team/{areaId:guid}/givers/{accountId:guid}/{act}",
            (
                Guid areaId,
                Guid accountId,
                string act,
                Caller caller,
                HttpContext context,
                GiverPages givers,
                CancellationToken stop
            ) => givers.Act(context, caller, areaId, accountId, act, stop)
        );
    }

    private async Task<IResult> List(HttpContext context, Caller caller, Guid area, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        var reach = await Reach.Of(connection, caller, area, now, stop);
        var asked = await GiverAsked.Read(context, categories, stop);
        var rows = await GiverList.Read(connection, reach, asked, now, stop);
        return Pages.Show<GiversPage>(
            context,
            new
            {
                Reach = reach,
                Asked = asked,
                Rows = (IReadOnlyList<GiverRow>)[.. rows.Take(asked.Most)],
                Next = rows.Count > asked.Most ? GiverAsked.Next(context, rows[asked.Most - 1].Id) : null,
                Categories = await categories.All(stop),
                Now = now,
            }
        );
    }

    private async Task<IResult> Act(
        HttpContext context,
        Caller caller,
        Guid area,
        Guid giver,
        string act,
        CancellationToken stop
    )
    {
        var form = await PostedForm.Read(context, stop);
        string done = act;
        PersonContact? contact = null;
        var trouble = await Trouble.Of(
            context,
            giver,
            act,
            form,
            async () => (done, contact) = await Take(context, caller, area, giver, act, form, stop),
            stop
        );
        return trouble is null && contact is null
            ? SeeOther.To($"/team/{area}/givers/{giver}?done={done}")
            : await Show(context, caller, area, giver, trouble, contact, stop);
    }

    // What was done, as the page says it; and the number, which stands in this answer alone.
    private async Task<(string Done, PersonContact? Contact)> Take(
        HttpContext context,
        Caller caller,
        Guid area,
        Guid giver,
        string act,
        PostedForm form,
        CancellationToken stop
    )
    {
        switch (act)
        {
            case "next-gap":
                return ((await gaps.Point(context, caller, area, giver, stop)).Outcome, null);
            case "vouch":
                await vouches.Give(context, caller, area, giver, form["note"], stop);
                return ("vouched", null);
            case "unvouch":
                await database.Transaction(
                    async connection =>
                    {
                        await Vouches.Revoke(connection, caller, area, giver, time.GetUtcNow(), stop);
                        return true;
                    },
                    stop
                );
                return ("unvouched", null);
            case "contact":
                return (
                    "",
                    await GiverContact.Take(caller, area, giver, form["reason"], database, views, time, stop)
                );
            case "suspend":
                return (await suspensions.Suspend(context, caller, giver, form["reason"], stop), null);
            case "lift":
                await suspensions.Lift(context, caller, giver, form["reason"], stop);
                return ("lifted", null);
            default:
                throw Refusal.NotFound();
        }
    }

    private async Task<IResult> Show(
        HttpContext context,
        Caller caller,
        Guid area,
        Guid giver,
        Trouble? trouble,
        PersonContact? contact,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        var (reach, row) = await GiverList.One(connection, caller, area, giver, now, stop);
        return Pages.Show<GiverPage>(
            context,
            new
            {
                Reach = reach,
                Giver = row,
                (await Standing.Over(connection, caller, giver, now, stop)).Role,
                Contact = contact,
                Trouble = trouble,
                Categories = await categories.All(stop),
                Now = now,
            },
            trouble?.Status ?? 200
        );
    }
}
