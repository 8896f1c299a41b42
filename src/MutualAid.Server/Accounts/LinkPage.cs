using System.Net;
using System.Net.Mime;
using MutualAid.Server.Web;

namespace MutualAid.Server.Accounts;

/// <summary>The page behind a link in a message: one sentence, at most one button, no script, nothing fetched from elsewhere.</summary>
public static class LinkPage
{
    /// <param name="text">The texts <c>link.TEXT.title</c> and <c>link.TEXT.body</c>.</param>
    /// <param name="button">The text <c>link.BUTTON</c>; null: nothing to do.</param>
    public static IResult Show(
        HttpContext context,
        string text,
        string? button = null,
        int status = StatusCodes.Status200OK
    )
    {
        // The address is the key: it must not travel in a Referer, rest in a cache or be found by a search.
        var headers = context.Response.Headers;
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        headers["X-Robots-Tag"] = "noindex";
        headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        string locale = context.Locale();
        string Say(string key) => WebUtility.HtmlEncode(Texts.Of(locale, key));
        string form = button is null
            ? ""
            : $"""<form method="post"><button>{Say($"link.{button}")}</button></form>""";
        string html = $$"""
            <!doctype html>
            <html lang="{{locale}}">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{Say($"link.{text}.title")}}</title>
            <style>
              body { font: 1.125rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff }
              button { font: inherit; font-weight: 600; min-height: 3rem; padding: .5rem 1.5rem; border: 0; border-radius: .5rem; color: #fff; background: #0b5d3b }
            </style>
            <main>
              <h1>{{Say($"link.{text}.title")}}</h1>
              <p>{{Say($"link.{text}.body")}}</p>
              {{form}}
            </main>
            </html>
            """;
        return Results.Content(html, MediaTypeNames.Text.Html, System.Text.Encoding.UTF8, status);
    }
}
