using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Requests;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Sharing;

/// <summary>The owner's side: making a link, which is shown once, and revoking one.</summary>
internal sealed class SharePages(
    StatusLinks links,
    RequestReading reading,
    Categories categories,
    ServiceDatabase database,
    TimeProvider time
)
{
    private static readonly string[] Acts = ["new", "revoke"];

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            "/requests/{id:guid}/share",
            (Guid id, Caller caller, HttpContext context, SharePages share, CancellationToken stop) =>
                share.Show(context, caller, id, null, null, stop)
        );
        pages.MapPost(
            "/requests/{id:guid}/share/{act}",
            (
                Guid id,
                string act,
                Caller? caller,
                HttpContext context,
                SharePages share,
                CancellationToken stop
            ) => share.Act(context, caller, id, act, stop)
        );
        pages.MapGet("/s/{token}", StatusPages.Show);
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
            return AccountPages.SignInFirst($"/requests/{id}/share");
        if (!Acts.Contains(act))
            throw Refusal.NotFound();
        var form = await PostedForm.Read(context, stop);
        if (act == "revoke")
        {
            await using var connection = await database.Open(stop);
            if (Guid.TryParse(form["link"], out var link))
                await StatusLinks.Revoke(connection, caller.AccountId, id, link, stop);
            return SeeOther.To($"/requests/{id}/share?revoked");
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
                ? SeeOther.To($"/requests/{id}/share?once")
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
        var seen = await reading.ForOwner(caller, id, stop) ?? throw Refusal.NotFound();
        var now = time.GetUtcNow();
        await using var connection = await database.Open(stop);
        var page = Pages.Show<SharePage>(
            context,
            new
            {
                Request = seen.Answer,
                Url = url,
                Links = await StatusLinks.Live(connection, caller.AccountId, id, now, stop),
                Category = Category.Of(await categories.All(stop), seen.Answer.Category),
                Errors = refusal is null ? FormErrors.None : FormErrors.From(context.Locale(), refusal),
                Now = now,
            },
            refusal?.Status ?? 200
        );
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return page;
    }
}
