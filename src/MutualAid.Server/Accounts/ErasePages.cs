using MutualAid.Server.Database;
using MutualAid.Server.Matches;
using MutualAid.Server.Recovery;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Accounts;

/// <summary><c>/me/erase</c>: what goes and what stays, and the button; after it a page that needs nobody to be signed in.</summary>
internal sealed class ErasePages(
    ServiceDatabase database,
    MatchMessages messages,
    ErasureLedger ledger,
    TimeProvider time
)
{
    private const string Path = "/me/erase";
    private const string Goodbye = "/me/erased";

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(Path, (Caller _, HttpContext context) => Show(context, PostedForm.Empty, null));
        pages.MapPost(
            Path,
            (Caller? caller, HttpContext context, ErasePages erase, CancellationToken stop) =>
                erase.Erase(caller, context, stop)
        );
        pages.MapGet(Goodbye, (HttpContext context) => Pages.Show<GoodbyePage>(context));
    }

    private async Task<IResult> Erase(Caller? caller, HttpContext context, CancellationToken stop)
    {
        if (caller is null)
            return AccountPages.SignInFirst(Path);
        var (form, genuine) = await PostedForm.Keep(context, stop);
        if (LocaleChoice.Choose(context, form["locale"]))
            return Show(context, form, null);
        if (!genuine)
            return Show(context, form, new Refusal(403, "antiforgery"));
        // Enter in a field is no decision.
        if (form["do"] != "erase")
            return Show(context, form, null);
        if (form["understand"] != "yes")
            return Show(context, form, Refusal.Field("understand", "required"));
        await MeApi.Erase(caller, database, messages, ledger, time, context, stop);
        return SeeOther.To(Goodbye);
    }

    private static IResult Show(HttpContext context, PostedForm form, Refusal? refusal) =>
        Pages.Show<ErasePage>(
            context,
            new
            {
                Understood = form["understand"] == "yes",
                Errors = refusal is null ? FormErrors.None : FormErrors.From(context.Locale(), refusal),
            },
            refusal?.Status ?? 200
        );
}
