using MutualAid.Server.Accounts;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Matches;

/// <summary>The buttons of a match, and how its two sides reach each other.</summary>
internal sealed class MatchPages(
    MatchSteps steps,
    ServiceDatabase database,
    RequestPages requests,
    MinePages mine,
    TimeProvider time
)
{
    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            "/matches/{id:guid}/contact",
            async (
                Guid id,
                Caller caller,
                HttpContext context,
                ServiceDatabase database,
                PrivateViews views,
                TimeProvider time,
                CancellationToken stop
            ) =>
            {
                var contact = await Contact.Read(id, caller, database, views, time, stop);
                await using var connection = await database.Open(stop);
                var match = await MatchStore.Get(connection, id, caller, time.GetUtcNow(), stop);
                return Pages.Show<ContactPage>(
                    context,
                    new
                    {
                        Id = id,
                        Contact = contact,
                        Unread = match.Unread ?? 0,
                    }
                );
            }
        );
        pages.MapPost(
            "/matches/{id:guid}/{act}",
            (
                Guid id,
                string act,
                Caller caller,
                HttpContext context,
                MatchPages matches,
                CancellationToken stop
            ) => matches.Act(context, caller, id, act, stop)
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
        var form = await PostedForm.Read(context, stop);
        MatchRow match;
        await using (var connection = await database.Open(stop))
            match = await MatchStore.Get(connection, id, caller, time.GetUtcNow(), stop);
        var trouble = await Trouble.Of(
            context,
            id,
            act,
            form,
            () => Take(context, caller, id, act, form, stop),
            stop
        );
        // Each side comes back to where it pressed.
        bool giver = match.Side == "giver";
        return (trouble, giver) switch
        {
            (null, true) => SeeOther.To($"/mine#{id}"),
            (null, false) => SeeOther.To($"/requests/{match.RequestId}#{id}"),
            (_, true) => await mine.Show(context, caller, trouble, stop),
            _ => await requests.Show(context, match.RequestId, trouble, stop),
        };
    }

    private Task Take(
        HttpContext context,
        Caller caller,
        Guid id,
        string act,
        PostedForm form,
        CancellationToken stop
    )
    {
        var why = new ReasonBody(form["reason"]);
        var (step, said) = act switch
        {
            "accept" => ("accept", new Said()),
            "on-the-way" => ("setOut", new()),
            "confirm" => ("confirm", new()),
            "delivered" => (
                "deliver",
                Said.Read(new DeliveredBody(RequestPages.Units(form["units"]), form["code"]))
            ),
            "decline" => ("decline", Said.Read(why, demanded: false)),
            "withdraw" or "fail" or "dispute" => (act, Said.Read(why, demanded: true)),
            _ => throw Refusal.NotFound(),
        };
        return steps.Take(step, id, caller, context, said, stop);
    }
}
