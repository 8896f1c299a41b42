using Microsoft.Playwright;

namespace MutualAid.Browser.Tests;

/// <summary>What every page must hold, looked at in a second browser window that runs scripts.</summary>
public static class Inspection
{
    private static readonly string Pictures = Path.Combine(Folder(), "pictures");

    // Pictures of a phone and of a desk take as long as all the rest.
    private static readonly bool Whole = Environment.GetEnvironmentVariable("MUTUALAID_TEST_LONG") == "1";

    // Links that stand inside a sentence may be as small as its words (WCAG 2.2, 2.5.8).
    private const string SmallTargets = """
        () => [...document.querySelectorAll('button, input:not([type=hidden]), select, textarea, summary, .button, nav a, header a, footer a, h3 a')]
          .filter(e => e.getClientRects().length && !e.matches('.skip, .first'))
          .map(e => e.matches('[type=radio], [type=checkbox]') ? (e.closest('label') ?? e) : e)
          .filter(e => e.getBoundingClientRect().height < 47.5 || e.getBoundingClientRect().width < 24)
          .map(e => e.outerHTML.slice(0, 120))
        """;

    private const string TooWide = """
        () => document.documentElement.scrollWidth > innerWidth
          ? [...document.querySelectorAll('main *, header *, footer *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 120)).slice(0, 3)
          : []
        """;

    /// <summary>
    /// No complaint of axe in light and dark, targets of 48 px, nothing to scroll sideways at 320 px and at twice the
    /// text; and with <c>MUTUALAID_TEST_LONG=1</c> pictures, for people to look at.
    /// </summary>
    public static async Task Inspect(this Phone phone, Chromium chromium, string name)
    {
        string url = phone.Page.Url.Split('#')[0];
        string html = await phone.Page.ContentAsync();
        await using var context = await chromium.Browser.NewContextAsync(
            new()
            {
                ViewportSize = new() { Width = 360, Height = 740 },
                DeviceScaleFactor = 2,
                // A worker would answer before the test can.
                ServiceWorkers = ServiceWorkerPolicy.Block,
            }
        );
        var page = await context.NewPageAsync();
        // The very page that the phone shows, also one that answered a POST.
        await page.RouteAsync(
            "**/*",
            route =>
                route.Request.ResourceType switch
                {
                    "document" => route.FulfillAsync(
                        new() { Body = html, ContentType = "text/html; charset=utf-8" }
                    ),
                    // What the page's script made of it is in it already.
                    "script" => route.AbortAsync(),
                    _ => route.ContinueAsync(),
                }
        );
        await page.GotoAsync(url);
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            if (Whole)
                await Pictured(page, name, scheme);
            var result = await page.Axe();
            Assert.Empty(result.Violations.Select(violation => $"{name} {scheme}: {violation}"));
            Assert.Contains("color-contrast", result.Passes);
        }
        Assert.Empty(await page.EvaluateAsync<string[]>(SmallTargets));
        await page.SetViewportSizeAsync(320, 640);
        Assert.Empty(await page.EvaluateAsync<string[]>(TooWide));
        await page.SetViewportSizeAsync(360, 740);
        await page.AddStyleTagAsync(new() { Content = "html { font-size: 200% }" });
        Assert.Empty(await page.EvaluateAsync<string[]>(TooWide));
    }

    private static async Task Pictured(IPage page, string name, ColorScheme scheme)
    {
        Directory.CreateDirectory(Pictures);
        string file(string window) =>
            Path.Combine(Pictures, $"{name}{window}.{scheme.ToString().ToLowerInvariant()}.png");
        await page.ScreenshotAsync(new() { Path = file(""), FullPage = true });
        await page.SetViewportSizeAsync(1280, 800);
        await page.ScreenshotAsync(new() { Path = file(".wide"), Scale = ScreenshotScale.Css });
        await page.SetViewportSizeAsync(360, 740);
    }

    /// <summary>A picture of what the phone shows now.</summary>
    public static Task Picture(this Phone phone, string name) =>
        phone.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{name}.png"), FullPage = true });

    private static string Folder([System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.GetDirectoryName(here)!;
}
