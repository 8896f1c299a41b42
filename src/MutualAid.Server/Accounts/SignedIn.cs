using System.Security.Claims;
using MutualAid.Server.Keys;
using MutualAid.Server.Web;

namespace MutualAid.Server.Accounts;

/// <summary>Puts the <see cref="Caller"/> on each request that carries a token or the page's cookie; a <see cref="ReadingKey"/> where one is sent.</summary>
public sealed class SignedIn(RequestDelegate next)
{
    private static readonly object Refused = new();

    public async Task Invoke(HttpContext context, Sessions sessions, KeyGate keys)
    {
        if (KeyToken.Offered(context, any: ReadByKey.Opens(context)) is { } key)
        {
            // Whoever sends a key is nobody else besides: no cookie is looked at.
            if (await keys.Enter(context, key) is { } refusal)
                context.Items[Refused] = refusal;
        }
        else if (Token(context) is { } token)
        {
            if (await sessions.Find(token, "bearer", context.RequestAborted) is { } caller)
                Caller.Set(context, caller);
            else
                context.Items[Refused] = new Refusal(401, "tokenUnknown");
        }
        else if (context.Request.Cookies[Sessions.Cookie] is { } cookie)
        {
            await ByCookie(context, sessions, cookie);
        }
        await next(context);
    }

    /// <summary>
    /// A token that is given and is no good is an error, not an anonymous reader. It is said after the rate limit, so
    /// that nobody tries tokens without one.
    /// </summary>
    public static Task RefuseUnknown(HttpContext context, RequestDelegate next) =>
        context.Items[Refused] is Refusal refusal ? throw refusal : next(context);

    /// <summary>The bearer token of this request, if it has one.</summary>
    public static string? Token(HttpContext context)
    {
        string authorization = context.Request.Headers.Authorization.ToString();
        return authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? authorization[7..].Trim()
            : null;
    }

    /// <summary>Makes the holder of a page's cookie the caller: at the request's start, or in the middle of the one that signed them in.</summary>
    public static void Enter(HttpContext context, Caller caller)
    {
        Caller.Set(context, caller);
        // Antiforgery tokens are bound to this: one session's token is no good in another.
        context.User = new ClaimsPrincipal(
            new ClaimsIdentity(
                [new Claim(ClaimTypes.NameIdentifier, caller.SessionId.ToString())],
                Sessions.Cookie
            )
        );
    }

    private static async Task ByCookie(HttpContext context, Sessions sessions, string cookie)
    {
        try
        {
            if (await sessions.Find(cookie, "cookie", context.RequestAborted) is not { } caller)
                return;
            Enter(context, caller);
        }
        catch (Refusal refusal) when (refusal.Status == StatusCodes.Status410Gone)
        {
            // Said once; the next request is a stranger's. The answer's headers are cleared on the way: so, at its start.
            context.Response.OnStarting(() =>
            {
                SessionCookie.Clear(context);
                return Task.CompletedTask;
            });
            throw;
        }
    }
}
