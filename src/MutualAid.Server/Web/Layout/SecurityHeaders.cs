namespace MutualAid.Server.Web.Layout;

/// <summary>What a browser is told about every answer: nothing from elsewhere, nothing inline, never in a frame.</summary>
public static class SecurityHeaders
{
    // Everything a page needs comes from here; style and script stand in files, so an injected one does not run.
    private const string Policy =
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    public static void UseSecurityHeaders(this WebApplication app) =>
        app.Use(
            (context, next) =>
            {
                // At the start of the answer: the exception handler clears what was set before. What a page set itself stays.
                context.Response.OnStarting(() =>
                {
                    var headers = context.Response.Headers;
                    headers.TryAdd("Content-Security-Policy", Policy);
                    headers.TryAdd("Referrer-Policy", "same-origin");
                    headers.XContentTypeOptions = "nosniff";
                    headers["Cross-Origin-Opener-Policy"] = "same-origin";
                    headers["Permissions-Policy"] =
                        "geolocation=(self), camera=(), microphone=(), payment=()";
                    return Task.CompletedTask;
                });
                return next(context);
            }
        );
}
