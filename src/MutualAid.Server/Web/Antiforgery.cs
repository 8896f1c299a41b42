using Microsoft.AspNetCore.Antiforgery;
using MutualAid.Server.Accounts;
using MutualAid.Server.Keys;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Web;

/// <summary>
/// Refuses what another site makes a browser send. A browser adds the cookie by itself, so whoever acts by cookie, and every
/// form, shows a token that only our own pages can have. A bearer token is proof enough: no browser adds it. Pages judge
/// their forms themselves (<see cref="PostedForm.Genuine"/>), so that one with an old token is shown again as it was typed.
/// </summary>
public static class Antiforgery
{
    public const string Header = "X-Antiforgery";

    public static void AddForgeryProtection(this IServiceCollection services) =>
        services.AddAntiforgery(options =>
        {
            options.HeaderName = Header;
            options.FormFieldName = PostedForm.TokenField;
            options.Cookie.Name = "mutualaid-antiforgery";
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.Cookie.IsEssential = true;
        });

    public static void UseForgeryProtection(this WebApplication app)
    {
        app.Use(Check);
        // Endpoints that bind forms insist on the framework's own check having run.
        app.UseAntiforgery();
    }

    /// <summary>Whether a browser says that another site made it send this; false when it says nothing.</summary>
    public static bool FromElsewhere(HttpContext context)
    {
        var headers = context.Request.Headers;
        string site = headers["Sec-Fetch-Site"].ToString();
        return site.Length > 0
            ? site is not ("same-origin" or "none")
            // Older browsers. Pages without a Referer send "null" of themselves.
            : Uri.TryCreate(headers.Origin, UriKind.Absolute, out var origin)
                && origin.Authority != context.Request.Host.Value;
    }

    private static async Task Check(HttpContext context, RequestDelegate next)
    {
        if (Asks(context))
        {
            try
            {
                await context
                    .RequestServices.GetRequiredService<IAntiforgery>()
                    .ValidateRequestAsync(context);
            }
            catch (AntiforgeryValidationException)
            {
                throw new Refusal(403, "antiforgery");
            }
        }
        await next(context);
    }

    private static bool Asks(HttpContext context)
    {
        string method = context.Request.Method;
        if (
            HttpMethods.IsGet(method)
            || HttpMethods.IsHead(method)
            || HttpMethods.IsOptions(method)
            || HttpMethods.IsTrace(method)
        )
            return false;
        // A key changes nothing, whoever made a browser send it.
        if (SignedIn.Token(context) is not null || ReadingKey.Of(context) is not null)
            return false;
        var metadata = context.GetEndpoint()?.Metadata;
        if (metadata?.GetMetadata<PageRoute>() is not null)
            return false;
        // DisableAntiforgery() on an endpoint: its authority is in its address or its body, never in a cookie.
        if (metadata?.GetMetadata<IAntiforgeryMetadata>() is { RequiresValidation: false })
            return false;
        return context.Request.Cookies.ContainsKey(Sessions.Cookie) || context.Request.HasFormContentType;
    }
}
