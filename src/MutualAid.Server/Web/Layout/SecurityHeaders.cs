namespace MutualAid.Server.Web.Layout;

/// <summary>What a browser is told about every answer: nothing from elsewhere, nothing inline, never in a frame.</summary>
public static class SecurityHeaders
{
    // Everything a page needs comes from here; style and script stand in files, so an injected one does not run. A base map is
    // the one thing that may come from elsewhere, where whoever runs the service has chosen one.
    private static string Policy(BaseMap? map)
    {
        string pictures = map is null ? "" : $"; img-src 'self' data: {map.Origin}";
        return $"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'{pictures}";
    }

    public static void UseSecurityHeaders(this WebApplication app, Settings settings)
    {
        string policy = Policy(settings.BaseMap);
        app.Use(
            (context, next) =>
            {
                // At the start of the answer: the exception handler clears what was set before. What a page set itself stays.
                context.Response.OnStarting(() =>
                {
                    var headers = context.Response.Headers;
                    headers.TryAdd("Content-Security-Policy", policy);
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
        // Said over https only, and never of localhost (the middleware's own rule): a year without http.
        app.UseHsts();
    }
}
