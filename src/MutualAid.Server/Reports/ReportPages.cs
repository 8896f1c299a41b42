using MutualAid.Server.Accounts;
using MutualAid.Server.Areas;
using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Reports;

/// <summary>Saying by a page that something is wrong with a need, a match or an offer; and whom to call when somebody is in danger.</summary>
internal sealed class ReportPages(
    ServiceDatabase database,
    Categories categories,
    Idempotency idempotency,
    Settings settings,
    MatchMessages messages,
    TimeProvider time
)
{
    private const string Path = "/report";
    private const string Danger = "danger";

    // Signed in again, perhaps as somebody else: shown as typed, and sent when they say so.
    public static readonly DraftPage Draft = new(
        Path,
        (context, form, stop) =>
            context.RequestServices.GetRequiredService<ReportPages>().Show(context, form, Old, 200, stop)
    );

    private static readonly Refusal Old = new(403, "antiforgery");

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            Path,
            (HttpContext context, ReportPages reports, CancellationToken stop) => reports.Open(context, stop)
        );
        pages.MapPost(
            Path,
            (HttpContext context, ReportPages reports, CancellationToken stop) =>
                reports.Posted(context, stop)
        );
        pages.MapGet("/report/thanks", (HttpContext context) => Pages.Show<ReportThanksPage>(context));
        pages.MapGet("/report/call", (HttpContext context) => Pages.Show<ReportCallPage>(context));
    }

    private Task<IResult> Open(HttpContext context, CancellationToken stop)
    {
        var asked = ReportedThing.Asked(name => context.Request.Query[name]);
        // Whose match it is can be known of the signed in only.
        if (asked is ("match", _) && Caller.Of(context) is null)
            throw new Refusal(401, "signIn");
        return Show(
            context,
            asked is var (kind, id) ? PostedForm.Empty.With((kind, $"{id}")) : PostedForm.Empty,
            null,
            200,
            stop
        );
    }

    private async Task<IResult> Posted(HttpContext context, CancellationToken stop)
    {
        var (form, genuine) = await PostedForm.Keep(context, stop);
        if (form["match"] is not null && Caller.Of(context) is null)
            return SignInPages.Ask(context, Path, form);
        if (LocaleChoice.Choose(context, form["locale"]))
            return await Show(context, form, null, 200, stop);
        if (!genuine)
            return await Show(context, form, Old, 403, stop);
        if (ReportedThing.Asked(name => form[name]) is not var (kind, id))
            throw Refusal.NotFound();
        try
        {
            await form.Once(
                context,
                async () =>
                {
                    await Take(context, form, kind, id, stop);
                    return true;
                },
                stop
            );
        }
        catch (Refusal refusal) when (refusal.Status is 400 or 409 or 422 or 429)
        {
            return await Show(context, form, refusal, refusal.Status, stop);
        }
        return SeeOther.To(form["reason"] == Danger ? "/report/call?noted" : "/report/thanks");
    }

    // What is wrong is told first: a block that is refused leaves the report said, and the same form says it once.
    private async Task Take(
        HttpContext context,
        PostedForm form,
        string kind,
        Guid id,
        CancellationToken stop
    )
    {
        var caller = Caller.Of(context);
        if (form["reason"] is null)
            throw Refusal.Field("reason", "required");
        await ReportsApi.Post(
            new ReportBody(
                new ReportSubject(kind, id),
                form["reason"]!,
                form["text"]?.ReplaceLineEndings("\n")
            ),
            caller,
            idempotency,
            settings,
            time,
            context,
            stop
        );
        if (caller is not null && form["block"] == "yes" && kind != "offer")
            await Blocks.Block(
                kind == "match" ? new BlockBody(null, id, null) : new BlockBody(null, null, id),
                caller,
                idempotency,
                messages,
                time,
                context,
                stop
            );
    }

    private async Task<IResult> Show(
        HttpContext context,
        PostedForm form,
        Refusal? refusal,
        int status,
        CancellationToken stop
    )
    {
        if (ReportedThing.Asked(name => form[name]) is not { } asked)
            throw Refusal.NotFound();
        var thing =
            await ReportedThing.Read(database, asked, Caller.Of(context), stop) ?? throw Refusal.NotFound();
        return Pages.Show<ReportPage>(
            context,
            new
            {
                Thing = thing,
                // One key from the first showing to the last: what was said is said once.
                Form = form[PostedForm.KeyField] is null
                    ? form.With((PostedForm.KeyField, Guid.NewGuid().ToString()))
                    : form,
                Errors = refusal is null ? FormErrors.None : FormErrors.From(context.Locale(), refusal),
                Categories = await categories.All(stop),
            },
            status
        );
    }
}
