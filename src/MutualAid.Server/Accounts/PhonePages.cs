using MutualAid.Server.Database;
using MutualAid.Server.Messages;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Accounts;

/// <summary><c>/me/phone</c>: the new number, then the codes that came to both.</summary>
internal sealed class PhonePages(
    ServiceDatabase database,
    Idempotency idempotency,
    Codes codes,
    Outbox outbox,
    TimeProvider time
)
{
    private const string Path = "/me/phone";

    public static readonly DraftPage Draft = new(
        Path,
        (context, form, stop) =>
            context
                .RequestServices.GetRequiredService<PhonePages>()
                .Show(context, form, MePages.Again(context), 200, stop)
    );

    public static void Map(RouteGroupBuilder pages)
    {
        pages.MapGet(
            Path,
            (Caller _, HttpContext context, PhonePages phones, CancellationToken stop) =>
                phones.Show(context, PostedForm.Empty, FormErrors.None, 200, stop)
        );
        pages.MapPost(
            Path,
            (HttpContext context, PhonePages phones, CancellationToken stop) => phones.Posted(context, stop)
        );
    }

    private async Task<IResult> Posted(HttpContext context, CancellationToken stop)
    {
        var (form, genuine) = await PostedForm.Keep(context, stop);
        if (Caller.Of(context) is not { } caller)
            return SignInPages.Ask(context, Path, form);
        if (LocaleChoice.Choose(context, form["locale"]))
            return await Show(context, form, FormErrors.None, 200, stop);
        if (!genuine)
            return await Show(context, form, MePages.Again(context), 403, stop);
        try
        {
            if (form["step"] == "codes" && form["do"] == "go")
            {
                await form.Once(context, () => Change(context, caller, form, stop), stop);
                return SeeOther.To("/me?moved");
            }
            await PhoneChange.SendCodes(
                new PhoneBody(form["phone"] ?? ""),
                caller,
                database,
                codes,
                outbox,
                time,
                context,
                stop
            );
            return await Show(
                context,
                form.With(("step", "codes"), ("code", null), ("oldCode", null)),
                FormErrors.None,
                200,
                stop
            );
        }
        catch (Refusal refusal) when (refusal.Status is 400 or 409 or 422 or 429)
        {
            return await Show(
                context,
                form,
                FormErrors.From(context.Locale(), refusal),
                refusal.Status,
                stop
            );
        }
    }

    private Task<IResult> Change(
        HttpContext context,
        Caller caller,
        PostedForm form,
        CancellationToken stop
    ) =>
        PhoneChange.Change(
            new ChangePhoneBody(form["phone"] ?? "", form["code"] ?? "", form["oldCode"] ?? ""),
            caller,
            database,
            idempotency,
            codes,
            time,
            context,
            stop
        );

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
        return Pages.Show<PhonePage>(
            context,
            new
            {
                Present = account.Phone,
                Form = form,
                Errors = errors,
            },
            status
        );
    }
}
