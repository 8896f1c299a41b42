using System.Text.Json;
using MutualAid.Server.Database;
using MutualAid.Server.Web;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Accounts;

/// <summary>Signing in by pages: number, code, second factor, and back to where one was, with what one had typed.</summary>
public static class SignInPages
{
    public static void MapSignInPages(this RouteGroupBuilder pages)
    {
        pages.MapGet("/sign-in", Open);
        pages.MapPost("/sign-in", Step);
        pages.MapPost("/sign-out", SignOut);
    }

    /// <summary>Asks who is there, before a form that was typed is taken.</summary>
    public static IResult Ask(HttpContext context, string path, PostedForm draft) =>
        Show(
            context,
            new SignInAsked { Return = path, Draft = JsonSerializer.Serialize(draft.Fields, Json.Options) },
            FormErrors.None
        );

    private static IResult Open(HttpContext context, Caller? caller) =>
        SignInAsked.Way(context.Request.Query["return"]) is var way && caller is { Silent: false }
            ? SeeOther.To(way)
            : Show(
                context,
                new SignInAsked { Return = way },
                caller is null
                    ? FormErrors.None
                    : FormErrors.From(context.Locale(), new Refusal(401, "confirmPhone"))
            );

    private static async Task<IResult> Step(HttpContext context, SignIn signIn, CancellationToken stop)
    {
        var (form, genuine) = await PostedForm.Keep(context, stop);
        var asked = SignInAsked.Read(form);
        // Another site's form would wait here and be taken in the name of whoever signs in.
        if (!genuine && Antiforgery.FromElsewhere(context))
            asked = asked with { Draft = null };
        if (LocaleChoice.Choose(context, form["locale"]))
            return Show(context, asked, FormErrors.None);
        try
        {
            if (!genuine)
                throw new Refusal(403, "antiforgery");
            // From the page that showed the recovery codes.
            if (form["step"] == "done" && Caller.Of(context) is not null)
                return await GoOn(context, asked, stop);
            if (asked.Step == "phone" || form["do"] == "again")
            {
                var phone = Phone.ParseMobile(asked.Phone, "phone");
                var sending = await signIn.Begin(phone, ClientAddress.Of(context), context.Locale(), stop);
                return Show(
                    context,
                    asked with
                    {
                        Step = "code",
                        Phone = phone.E164,
                        Attempt = sending.Attempt,
                        Code = null,
                        Sent = sending.Refused is null,
                    },
                    sending.Refused is { } scarce
                        ? FormErrors.From(context.Locale(), scarce)
                        : FormErrors.None,
                    sending.Refused?.Status ?? 200
                );
            }
            string code =
                asked.Step == "code"
                    ? SixDigits.Parse(asked.Code ?? "", "code")
                    : SecondCode.Parse(asked.Code ?? "", "code");
            var done =
                asked.Step == "code"
                    ? await signIn.Finish(
                        Phone.ParseMobile(asked.Phone, "phone"),
                        code,
                        asked.Attempt,
                        "cookie",
                        context.Locale(),
                        Device.Of(context),
                        stop
                    )
                    : await signIn.FinishSecond(asked.Challenge ?? "", code, Device.Of(context), stop);
            if (done.Challenge is { } challenge)
                return Show(
                    context,
                    asked with
                    {
                        Step = "second",
                        Code = null,
                        Challenge = challenge.Token,
                        Secret = challenge.Enrol?.Secret,
                        SecretUri = challenge.Enrol?.Uri,
                    },
                    FormErrors.None
                );
            await Enter(context, done.Token!, stop);
            return done.RecoveryCodes is { } codes
                ? RecoveryCodePages.Once(context, codes, asked)
                : await GoOn(context, asked, stop);
        }
        catch (Refusal refusal)
        {
            return Show(
                context,
                asked with
                {
                    Code = null,
                },
                FormErrors.From(context.Locale(), refusal),
                refusal.Status
            );
        }
    }

    // Signed in from this very answer on: the waiting form is taken under the new session.
    private static async Task Enter(HttpContext context, string token, CancellationToken stop)
    {
        // A silent session is followed by this one.
        if (Caller.Of(context) is { } before)
        {
            var time = context.RequestServices.GetRequiredService<TimeProvider>();
            var database = context.RequestServices.GetRequiredService<ServiceDatabase>();
            await using var connection = await database.Open(stop);
            await Sessions.Close(connection, before.SessionId, time.GetUtcNow(), stop);
        }
        SessionCookie.Set(context, token);
        var sessions = context.RequestServices.GetRequiredService<Sessions>();
        SignedIn.Enter(context, (await sessions.Find(token, "cookie", stop))!);
    }

    private static async Task<IResult> GoOn(HttpContext context, SignInAsked asked, CancellationToken stop)
    {
        var page = context
            .RequestServices.GetServices<DraftPage>()
            .FirstOrDefault(one => one.IsAt(asked.Return));
        return page is not null && asked.ReadDraft() is { } draft
            ? await page.Take(context, draft, stop)
            : SeeOther.To(asked.Return);
    }

    private static async Task<IResult> SignOut(
        HttpContext context,
        Caller? caller,
        ServiceDatabase database,
        TimeProvider time,
        CancellationToken stop
    )
    {
        await PostedForm.Read(context, stop);
        if (caller is not null)
        {
            await using var connection = await database.Open(stop);
            await Sessions.Close(connection, caller.SessionId, time.GetUtcNow(), stop);
        }
        SessionCookie.Clear(context);
        // Back would show what the phone kept of the pages of a moment ago. What was written without a network stays: it waits
        // for its writer.
        context.Response.Headers["Clear-Site-Data"] = "\"cache\"";
        return SeeOther.To("/");
    }

    private static IResult Show(
        HttpContext context,
        SignInAsked asked,
        FormErrors errors,
        int status = 200
    ) => Pages.Show<SignInPage>(context, new { Asked = asked, Errors = errors }, status);
}
