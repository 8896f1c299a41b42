using System.Security.Claims;
using MutualAid.Server.Web;

namespace MutualAid.Server.Accounts;

/// <summary>Puts the <see cref="Caller"/> on each request that carries a token or the page's cookie.</summary>
public sealed class SignedIn(RequestDelegate next)
{
    private static readonly object Unknown = new();

    public async Task Invoke(HttpContext context, Sessions sessions)
    {
        if (Token(context) is { } token)
        {
            if (await sessions.Find(token, "bearer", context.RequestAborted) is { } caller)
                Caller.Set(context, caller);
            else
                context.Items[Unknown] = true;
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
        context.Items.ContainsKey(Unknown) ? throw new Refusal(401, "tokenUnknown") : next(context);

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
