using Microsoft.AspNetCore.Antiforgery;
using MutualAid.Server.Database;
using MutualAid.Server.Web;

namespace MutualAid.Server.Accounts;

/// <summary>Signing in and out over JSON: bearer tokens. Pages call <see cref="SignIn"/> and set the cookie.</summary>
public static class SignInApi
{
    public static void MapSignIn(this WebApplication app)
    {
        app.MapPost("/api/sign-in/codes", SendCode);
        app.MapPost("/api/sign-in", UseCode);
        app.MapPost("/api/sign-in/second", UseSecondCode);
        app.MapPost("/api/sign-out", SignOut);
        app.MapGet("/api/antiforgery", AntiforgeryToken);
    }

    private static async Task<IResult> SendCode(
        PhoneBody body,
        SignIn signIn,
        HttpContext context,
        CancellationToken stop
    )
    {
        var phone = Phone.ParseMobile(body.Phone, "phone");
        var asked = await signIn.Begin(phone, ClientAddress.Of(context), context.Locale(), stop);
        if (asked.Refused is { } refused)
            throw refused;
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(new { attempt = asked.Attempt }, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<IResult> UseCode(
        SignInBody body,
        SignIn signIn,
        HttpContext context,
        CancellationToken stop
    ) =>
        Answer(
            context,
            await signIn.Finish(
                Phone.ParseMobile(body.Phone, "phone"),
                SixDigits.Parse(body.Code, "code"),
                body.Attempt,
                "bearer",
                context.Locale(),
                Device.Of(context),
                stop
            )
        );

    private static async Task<IResult> UseSecondCode(
        SecondFactorBody body,
        SignIn signIn,
        HttpContext context,
        CancellationToken stop
    ) =>
        Answer(
            context,
            await signIn.FinishSecond(
                body.Challenge,
                SecondCode.Parse(body.Code, "code"),
                Device.Of(context),
                stop
            )
        );

    private static IResult Answer(HttpContext context, SignInStep step)
    {
        context.Response.Headers.CacheControl = "no-store";
        return step switch
        {
            { Challenge: { Enrol: { } enrol } challenge } => Results.Json(
                new
                {
                    challenge = challenge.Token,
                    secondFactor = "totp",
                    enrol,
                }
            ),
            { Challenge: { } challenge } => Results.Json(
                new { challenge = challenge.Token, secondFactor = "totp" }
            ),
            { RecoveryCodes: { } recoveryCodes } => Results.Json(
                new
                {
                    token = step.Token,
                    account = step.Account,
                    recoveryCodes,
                }
            ),
            _ => Results.Json(new { token = step.Token, account = step.Account }),
        };
    }

    // Signed out already is signed out: a second try after a lost answer is no error.
    private static async Task<IResult> SignOut(
        Caller? caller,
        ServiceDatabase database,
        TimeProvider time,
        HttpContext context,
        CancellationToken stop
    )
    {
        if (caller is not null)
        {
            await using var connection = await database.Open(stop);
            await Sessions.Close(connection, caller.SessionId, time.GetUtcNow(), stop);
        }
        SessionCookie.Clear(context);
        return Results.NoContent();
    }

    // For scripts that act by the page's cookie: the token goes into the header that is named, its cookie comes with the answer.
    private static IResult AntiforgeryToken(HttpContext context, IAntiforgery antiforgery)
    {
        var tokens = antiforgery.GetAndStoreTokens(context);
        return Results.Json(
            new
            {
                token = tokens.RequestToken,
                header = tokens.HeaderName,
                field = tokens.FormFieldName,
            }
        );
    }
}

/// <summary>A number to send a code to, in any Vietnamese spelling.</summary>
public sealed record PhoneBody(string Phone);

/// <summary>The number, the code that was sent to it, and the attempt that the code belongs to.</summary>
public sealed record SignInBody(string Phone, string Code, Guid Attempt);

/// <summary>The challenge that the first factor gave, and the authenticator's code or a recovery code.</summary>
public sealed record SecondFactorBody(string Challenge, string Code);
