namespace MutualAid.Server.Web;

/// <summary>What public reading shares: strict parameters, short caching.</summary>
public static class PublicReading
{
    /// <exception cref="Refusal">400: the address carries a parameter that this route does not know.</exception>
    public static void AllowParameters(this HttpContext context, params ReadOnlySpan<string> names)
    {
        foreach (string given in context.Request.Query.Keys)
            if (!names.Contains(given))
                throw Refusal.Field(given, "parameter", string.Join(", ", names.ToArray()));
    }

    /// <summary>Anonymous answers may be kept for ten seconds: what is seen is at most so old. Those to somebody are nobody else's.</summary>
    public static void CacheBriefly(this HttpContext context)
    {
        context.Response.Headers.CacheControl =
            Accounts.Caller.Of(context) is null && Keys.ReadingKey.Of(context) is null
                ? "public, max-age=10"
                : "no-store";
        // The language is chosen by header or cookie, the reader by token: caches must tell them apart.
        context.Response.Headers.Vary = "Accept-Language, Authorization, Cookie";
    }
}
