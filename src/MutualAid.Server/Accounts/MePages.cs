using MutualAid.Server.Database;
using MutualAid.Server.Interop.Exports;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Accounts;

/// <summary><c>/me</c>: one's name, language and number, and the ways to everything else about oneself.</summary>
internal sealed class MePages(ServiceDatabase database, TimeProvider time)
{
    private const string Path = "/me";

    // Signed in again, perhaps as somebody else of the household: what was typed is shown, and saved when they say so.
    public static readonly DraftPage Draft = new(
        Path,
        (context, form, stop) =>
            context
                .RequestServices.GetRequiredService<MePages>()
                .Show(context, form, Again(context), 200, stop)
    );

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            Path,
            (Caller _, HttpContext context, MePages me, CancellationToken stop) =>
                me.Show(context, PostedForm.Empty, FormErrors.None, 200, stop)
        );
        pages.MapPost(
            Path,
            (HttpContext context, MePages me, CancellationToken stop) => me.Save(context, stop)
        );
    }

    internal static FormErrors Again(HttpContext context) =>
        FormErrors.From(context.Locale(), new Refusal(403, "antiforgery"));

    private async Task<IResult> Save(HttpContext context, CancellationToken stop)
    {
        var (form, genuine) = await PostedForm.Keep(context, stop);
        if (Caller.Of(context) is not { } caller)
            return SignInPages.Ask(context, Path, form);
        if (LocaleChoice.Choose(context, form["locale"]))
            return await Show(context, form, FormErrors.None, 200, stop);
        if (!genuine)
            return await Show(context, form, Again(context), 403, stop);
        try
        {
            // A name is one's own: nobody else's change can be lost, so the last word is right.
            context.Request.Headers.IfMatch = "*";
            await MeApi.Patch(
                new MePatch
                {
                    Name = new(form["name"]),
                    Locale = form["language"] is { } language ? new(language) : default,
                },
                caller,
                database,
                context,
                stop
            );
        }
        catch (Refusal refusal) when (refusal.Status is 400)
        {
            return await Show(
                context,
                form,
                FormErrors.From(context.Locale(), refusal),
                refusal.Status,
                stop
            );
        }
        // Pages follow when it was changed here; the button on every page may have said otherwise.
        if (form["language"] != caller.Locale)
            LocaleChoice.Choose(context, form["language"]);
        return SeeOther.To("/me?saved");
    }

    private async Task<IResult> Show(
        HttpContext context,
        PostedForm form,
        FormErrors errors,
        int status,
        CancellationToken stop
    )
    {
        var caller = Caller.Of(context)!;
        await using var connection = await database.Open(stop);
        var (account, _) =
            await Account.Read(connection, caller.AccountId, caller.Roles, stop)
            ?? throw new Refusal(410, "erased");
        return Pages.Show<MePage>(
            context,
            new
            {
                Account = account,
                // Few people make keys for programs; who has no use for them is not asked to wonder what they are.
                Keys = caller.Roles.Count > 0
                    || await connection.Value<bool>(
                        "select exists (select from access_key where account_id = @AccountId)",
                        new { caller.AccountId },
                        stop
                    ),
                Suspended = await connection.Value<bool>(
                    "select suspended_at is not null from account where id = @AccountId",
                    new { caller.AccountId },
                    stop
                ),
                Team = await Part.OfTeam(connection, caller, time.GetUtcNow(), stop),
                Form = form,
                Errors = errors,
            },
            status
        );
    }
}
