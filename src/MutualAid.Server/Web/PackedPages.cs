using Microsoft.AspNetCore.ResponseCompression;
using MutualAid.Server.Accounts;

namespace MutualAid.Server.Web;

/// <summary>
/// Answers are packed for readers who are not signed in. Whoever is signed in reads private things on pages that also repeat
/// what an address says, and the size of such a page, packed, tells a listener about the private things (BREACH).
/// </summary>
public static class PackedPages
{
    public static void AddPackedPages(this IServiceCollection services) =>
        services.AddResponseCompression(options =>
        {
            options.EnableForHttps = true;
            options.Providers.Add<GzipCompressionProvider>();
            options.MimeTypes =
            [
                "text/html",
                "application/json",
                "application/geo+json",
                "application/manifest+json",
                "application/vnd.mapbox-vector-tile",
            ];
        });

    public static void UsePackedPages(this WebApplication app) =>
        app.UseWhen(
            context =>
                !context.Request.Cookies.ContainsKey(Sessions.Cookie)
                && context.Request.Headers.Authorization.Count == 0,
            unknown => unknown.UseResponseCompression()
        );
}
