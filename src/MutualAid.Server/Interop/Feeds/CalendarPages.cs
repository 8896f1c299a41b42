using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Offers;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Interop.Feeds;

/// <summary><c>/offers/{id}/calendar</c>: the giver makes the link for their calendar, which is shown once, and revokes it.</summary>
internal sealed class CalendarPages(
    CalendarLinks links,
    Categories categories,
    ServiceDatabase database,
    TimeProvider time
)
{
    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            "/offers/{id:guid}/calendar",
            (Guid id, Caller caller, HttpContext context, CalendarPages calendar, CancellationToken stop) =>
                calendar.Show(context, caller, id, null, null, stop)
        );
        pages.MapPost(
            "/offers/{id:guid}/calendar/{act}",
            (
                Guid id,
                string act,
                Caller? caller,
                HttpContext context,
                CalendarPages calendar,
                CancellationToken stop
            ) => calendar.Act(context, caller, id, act, stop)
        );
    }

    private async Task<IResult> Act(
        HttpContext context,
        Caller? caller,
        Guid id,
        string act,
        CancellationToken stop
    )
    {
        if (caller is null)
            return AccountPages.SignInFirst($"/offers/{id}/calendar");
        if (act is not ("new" or "revoke"))
            throw Refusal.NotFound();
        var form = await PostedForm.Read(context, stop);
        if (act == "revoke")
        {
            await using var connection = await database.Open(stop);
            await CalendarLinks.Revoke(connection, caller.AccountId, id, stop);
            return SeeOther.To($"/offers/{id}/calendar?revoked");
        }
        try
        {
            string? url = await form.Once(
                context,
                () => links.Make(context, caller, id, time.GetUtcNow(), stop),
                stop
            );
            // In this answer and nowhere else: an address with the token in it would stay in the browser's history.
            return url is null
                ? SeeOther.To($"/offers/{id}/calendar?once")
                : await Show(context, caller, id, url, null, stop);
        }
        catch (Refusal refusal) when (refusal.Status is 400 or 409 or 422)
        {
            return await Show(context, caller, id, null, refusal, stop);
        }
    }

    private async Task<IResult> Show(
        HttpContext context,
        Caller caller,
        Guid id,
        string? url,
        Refusal? refusal,
        CancellationToken stop
    )
    {
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        var offer =
            await connection.Row<OfferRow>(
                OfferRow.Own + " where o.id = @id and o.account_id = @AccountId and not o.one_time",
                new
                {
                    id,
                    caller.AccountId,
                    now,
                },
                stop
            ) ?? throw Refusal.NotFound();
        var page = Pages.Show<CalendarPage>(
            context,
            new
            {
                Offer = offer.OwnAnswer(),
                Category = Category.Of(await categories.All(stop), offer.Category),
                Url = url,
                Made = await CalendarLinks.Live(connection, caller.AccountId, id, stop),
                Errors = refusal is null ? FormErrors.None : FormErrors.From(context.Locale(), refusal),
                Now = now,
            },
            refusal?.Status ?? 200
        );
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return page;
    }
}
