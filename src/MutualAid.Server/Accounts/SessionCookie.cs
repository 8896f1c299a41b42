namespace MutualAid.Server.Accounts;

/// <summary>The pages' session: a cookie that scripts cannot read and other sites' forms do not carry.</summary>
public static class SessionCookie
{
    public static void Set(HttpContext context, string token) =>
        context.Response.Cookies.Append(Sessions.Cookie, token, Options(context, Sessions.Life));

    public static void Clear(HttpContext context) =>
        context.Response.Cookies.Delete(Sessions.Cookie, Options(context, null));

    private static CookieOptions Options(HttpContext context, TimeSpan? life) =>
        new()
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            Path = "/",
            MaxAge = life,
            IsEssential = true,
        };
}
