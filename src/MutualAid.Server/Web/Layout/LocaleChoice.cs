namespace MutualAid.Server.Web.Layout;

/// <summary>The reader's choice of language, kept in the cookie <c>locale</c> for a year.</summary>
public static class LocaleChoice
{
    public static void MapLocaleChoice(this RouteGroupBuilder pages) =>
        pages.MapPost(
            "/locale",
            async (HttpContext context, CancellationToken stop) =>
            {
                if (!context.Request.HasFormContentType)
                    throw new Refusal(415, "mediaType");
                var form = await context.Request.ReadFormAsync(stop);
                Choose(context, form["locale"]);
                return SeeOther.To(form["return"]);
            }
        );

    /// <summary>Keeps the choice and lets this very answer be in it; false when it is no language of ours.</summary>
    public static bool Choose(HttpContext context, string? locale)
    {
        if (locale is null || !Texts.Locales.Contains(locale))
            return false;
        context.Response.Cookies.Append(
            "locale",
            locale,
            new CookieOptions
            {
                MaxAge = TimeSpan.FromDays(365),
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                Secure = context.Request.IsHttps,
                IsEssential = true,
            }
        );
        Reader.Use(context, locale);
        return true;
    }
}
