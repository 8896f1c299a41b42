using MutualAid.Server.Accounts;

namespace MutualAid.Server.Web;

/// <summary>Which language a request is answered in.</summary>
public static class Reader
{
    private static readonly object Key = new();

    /// <summary>Answers this request in a language chosen just now.</summary>
    public static void Use(HttpContext context, string locale) => context.Items[Key] = locale;

    /// <summary>The cookie <c>locale</c>, else the first of <c>Accept-Language</c> that we speak, else the account's, else Vietnamese.</summary>
    public static string Locale(this HttpContext context)
    {
        if (context.Items[Key] is string now)
            return now;
        if (context.Request.Cookies["locale"] is { } chosen && Texts.Locales.Contains(chosen))
            return chosen;
        foreach (
            var language in context
                .Request.GetTypedHeaders()
                .AcceptLanguage.OrderByDescending(l => l.Quality ?? 1)
        )
        {
            string tag = language.Value.ToString();
            foreach (string locale in Texts.Locales)
                if (
                    tag.Equals(locale, StringComparison.OrdinalIgnoreCase)
                    || tag.StartsWith(locale + "-", StringComparison.OrdinalIgnoreCase)
                )
                    return locale;
        }
        return Caller.Of(context)?.Locale ?? "vi";
    }
}
