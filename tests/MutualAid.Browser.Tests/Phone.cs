using Microsoft.Playwright;

namespace MutualAid.Browser.Tests;

/// <summary>Somebody's phone: 360 × 740, no script, cookies of its own.</summary>
public sealed class Phone : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly List<string> complaints = [];

    private Phone(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
        // What the browser blocks or cannot load, it says on the console.
        page.Console += (_, message) =>
        {
            if (message.Type is "error" && !message.Text.Contains("status of 4", StringComparison.Ordinal))
                complaints.Add(message.Text);
        };
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith("http://127.0.0.1:", StringComparison.Ordinal))
                complaints.Add($"asked another host: {request.Url}");
        };
    }

    public IPage Page { get; }

    public static async Task<Phone> Open(Chromium chromium, Uri address, string locale = "vi")
    {
        var context = await chromium.Browser.NewContextAsync(
            new()
            {
                BaseURL = address.ToString(),
                JavaScriptEnabled = false,
                ViewportSize = new() { Width = 360, Height = 740 },
                Locale = locale == "vi" ? "vi-VN" : "en-GB",
            }
        );
        context.SetDefaultTimeout(15_000);
        return new Phone(context, await context.NewPageAsync());
    }

    public Task Go(string path) => Page.GotoAsync(path);

    public Task Fill(string label, string text) =>
        Page.GetByLabel(label, new() { Exact = true }).FillAsync(text);

    public Task Press(string button) =>
        Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    public Task Follow(string link) =>
        Page.GetByRole(AriaRole.Link, new() { Name = link }).First.ClickAsync();

    /// <summary>Fails unless the page shows this text.</summary>
    public async Task Sees(string text)
    {
        string shown = await Page.Locator("main").InnerTextAsync();
        Assert.Contains(text, shown, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        Assert.Empty(complaints);
    }
}
