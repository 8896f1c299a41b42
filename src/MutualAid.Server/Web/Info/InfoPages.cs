using System.Security.Cryptography;
using Microsoft.AspNetCore.Antiforgery;
using MutualAid.Server.Accounts;
using MutualAid.Server.Web.Layout;

namespace MutualAid.Server.Web.Info;

/// <summary>Pages that explain, and what a phone needs to do without a network.</summary>
public static class InfoPages
{
    public static void MapInfoPages(this RouteGroupBuilder pages)
    {
        foreach (string name in new[] { "help", "privacy", "accessibility" })
            pages.MapGet(
                $"/{name}",
                (HttpContext context) => Pages.Show<InfoPage>(context, new { Name = name })
            );
        pages.MapGet("/offline", (HttpContext context) => Pages.Show<OfflinePage>(context));
        pages.MapGet("/offline/form", Form);
        pages.MapGet("/manifest.webmanifest", Manifest);
    }

    /// <summary>Whose page this is, for the phone alone: what one reader wrote is not sent in another's name. Nobody's: empty.</summary>
    public static string Mark(Caller? caller) =>
        caller is null ? "" : Convert.ToHexStringLower(SHA256.HashData(caller.AccountId.ToByteArray()))[..16];

    // A form that was kept on the phone is sent with a token of now.
    private static IResult Form(HttpContext context, IAntiforgery forgery)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(
            new { token = forgery.GetAndStoreTokens(context).RequestToken, reader = Mark(Caller.Of(context)) }
        );
    }

    private static IResult Manifest(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-cache";
        context.Response.Headers.Vary = "Accept-Language, Cookie";
        string locale = context.Locale();
        return Results.Json(
            new
            {
                id = "/",
                name = Texts.Of(locale, "info.app"),
                short_name = "MutualAid",
                lang = locale,
                start_url = "/",
                scope = "/",
                display = "standalone",
                background_color = "#fbf6ee",
                theme_color = "#fffdf9",
                icons = new[]
                {
                    new
                    {
                        src = SiteFiles.Address("icon.svg"),
                        sizes = "any",
                        type = "image/svg+xml",
                        purpose = "any",
                    },
                },
            },
            contentType: "application/manifest+json"
        );
    }
}
