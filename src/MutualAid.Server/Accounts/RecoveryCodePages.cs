using MutualAid.Server.Database;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Accounts;

/// <summary><c>/me/second-factor</c>: how many recovery codes are left, and ten new ones, shown once.</summary>
internal sealed class RecoveryCodePages(
    ServiceDatabase database,
    SecondFactor secondFactor,
    RecoveryCodes recovery,
    Outbox outbox,
    TimeProvider time
)
{
    private const string Path = "/me/second-factor";

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            Path,
            (Caller caller, HttpContext context, RecoveryCodePages codes, CancellationToken stop) =>
                codes.Show(context, caller, FormErrors.None, null, 200, stop)
        );
        pages.MapPost(
            Path,
            (Caller? caller, HttpContext context, RecoveryCodePages codes, CancellationToken stop) =>
                codes.Renew(context, caller, stop)
        );
    }

    /// <summary>Shows the codes of an authenticator that was enrolled a moment ago, on the way to where one was going.</summary>
    public static IResult Once(HttpContext context, IReadOnlyList<string> codes, SignInAsked asked) =>
        Quiet(
            context,
            Pages.Show<RecoveryCodesPage>(
                context,
                new
                {
                    Codes = codes,
                    Left = codes.Count,
                    Onward = asked,
                }
            )
        );

    private async Task<IResult> Renew(HttpContext context, Caller? caller, CancellationToken stop)
    {
        if (caller is null)
            return AccountPages.SignInFirst(Path);
        var (form, genuine) = await PostedForm.Keep(context, stop);
        if (!genuine)
            return await Show(context, caller, MePages.Again(context), null, 403, stop);
        try
        {
            var codes = await RecoveryCodesApi.Renew(
                caller,
                form["code"],
                database,
                secondFactor,
                recovery,
                outbox,
                time.GetUtcNow(),
                stop
            );
            return await Show(context, caller, FormErrors.None, codes, 200, stop);
        }
        catch (Refusal refusal) when (refusal.Status is 400 or 403 or 422)
        {
            var errors = FormErrors.From(context.Locale(), refusal);
            return await Show(context, caller, errors, null, refusal.Status, stop);
        }
    }

    private async Task<IResult> Show(
        HttpContext context,
        Caller caller,
        FormErrors errors,
        IReadOnlyList<string>? codes,
        int status,
        CancellationToken stop
    )
    {
        await using var connection = await database.Open(stop);
        var standing = await RecoveryCodes.Of(connection, caller.AccountId, stop);
        return Quiet(
            context,
            Pages.Show<RecoveryCodesPage>(
                context,
                new
                {
                    Codes = codes ?? [],
                    Left = standing?.RecoveryCodes ?? 0,
                    Renews = standing is not null && caller.SecondFactor,
                    Errors = errors,
                },
                status
            )
        );
    }

    private static IResult Quiet(HttpContext context, IResult page)
    {
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        return page;
    }
}
