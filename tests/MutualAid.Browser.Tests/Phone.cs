using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MutualAid.Server.Accounts;
using MutualAid.Server.Tests;
using MutualAid.Server.Tests.Messages;
using MutualAid.Server.Web;

namespace MutualAid.Browser.Tests;

/// <summary>Somebody's phone: 360 × 740, without script unless asked for, cookies of its own.</summary>
public sealed partial class Phone : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly List<string> complaints = [];

    private readonly string locale;

    // Whether this hand has keys only: what they cannot reach it cannot press.
    private bool keyboard;

    private Phone(IBrowserContext context, IPage page, string locale)
    {
        this.context = context;
        this.locale = locale;
        Page = page;
        // What the browser blocks or cannot load, it says on the console.
        page.Console += (_, message) =>
        {
            if (
                message.Type is "error"
                && !message.Text.Contains("status of 4", StringComparison.Ordinal)
                && !(MayLoseTheNetwork && message.Text.Contains("net::ERR_", StringComparison.Ordinal))
            )
                complaints.Add(message.Text);
        };
        page.Request += (_, request) =>
        {
            if (
                !request.Url.StartsWith("http://127.0.0.1:", StringComparison.Ordinal)
                && request.Url != LeavesFor
            )
                complaints.Add($"asked another host: {request.Url}");
        };
    }

    public IPage Page { get; }

    public string Locale => locale;

    /// <summary>Where this test goes away to.</summary>
    public string? LeavesFor { get; set; }

    /// <summary>What cannot be loaded then is no complaint.</summary>
    public bool MayLoseTheNetwork { get; set; }

    public static async Task<Phone> Open(
        Chromium chromium,
        Uri address,
        string locale = "vi",
        bool script = false,
        bool keyboard = false,
        int width = 360
    )
    {
        var context = await chromium.Browser.NewContextAsync(
            new()
            {
                BaseURL = address.ToString(),
                JavaScriptEnabled = script || keyboard,
                ViewportSize = new() { Width = width, Height = 740 },
                Locale = locale == "vi" ? "vi-VN" : "en-GB",
                // In the made-up province.
                Geolocation = new() { Longitude = 105.826f, Latitude = 21.0155f },
                Permissions = script ? ["geolocation", "clipboard-read", "clipboard-write"] : [],
            }
        );
        context.SetDefaultTimeout(60_000);
        return new Phone(context, await context.NewPageAsync(), locale) { keyboard = keyboard };
    }

    /// <summary>The cookie of a session that this person has just opened.</summary>
    public static async Task<string> CookieOf(ServiceFixture service, Person person)
    {
        await using var connection = await service.Open();
        return await Sessions.Open(
            connection,
            person.Id,
            "cookie",
            secondFactor: false,
            service.Clock.GetUtcNow(),
            CancellationToken.None
        );
    }

    /// <summary>Who uses this phone is signed in from now on.</summary>
    public async Task SignInAs(ServiceFixture service, Person person, Uri? at = null)
    {
        string token = await CookieOf(service, person);
        await context.AddCookiesAsync([
            new()
            {
                Name = Sessions.Cookie,
                Value = token,
                Url = (at ?? service.Address).ToString(),
                HttpOnly = true,
            },
        ]);
    }

    /// <summary>A browser of its own with what it remembers in a folder, so that it can be closed and started again.</summary>
    public static async Task<Phone> Resume(Chromium chromium, string folder, Uri address)
    {
        var context = await chromium.Remembering(folder, address);
        context.SetDefaultTimeout(60_000);
        return new Phone(context, context.Pages[0], "vi");
    }

    /// <summary>Waits until the page shows this text.</summary>
    public Task WaitsFor(string text) =>
        Page.Locator("body").GetByText(text).Filter(new() { Visible = true }).First.WaitForAsync();

    public Task Go(string path) => Page.GotoAsync(path);

    public Task Fill(string label, string text) => Type(Page.GetByLabel(label, new() { Exact = true }), text);

    public Task Type(ILocator field, string text) =>
        keyboard ? Page.TypeByKey(field, text) : field.FillAsync(text);

    /// <summary>How often a thumb has pressed, followed or ticked something; tapping into a field is part of typing.</summary>
    public int Taps { get; private set; }

    public Task Press(string button)
    {
        Taps++;
        var found = Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First;
        return keyboard ? Page.PressByKey(found) : found.ClickAsync();
    }

    /// <summary>A button of the part of the page with this id, unfolded first where it is folded away.</summary>
    public async Task PressIn(string id, string button)
    {
        Taps++;
        var found = Page.Locator($"[id='{id}']")
            .GetByRole(AriaRole.Button, new() { Name = button, Exact = true });
        await (keyboard ? Page.PressByKey(found) : found.ClickAsync());
    }

    public Task Choose(string label, string option)
    {
        var list = Page.GetByLabel(label, new() { Exact = true });
        return keyboard
            ? Page.ChooseByKey(list, option)
            : list.SelectOptionAsync(new SelectOptionValue { Label = option });
    }

    public Task Tick(string label)
    {
        Taps++;
        var choice = Page.GetByLabel(label, new() { Exact = true });
        return keyboard ? Page.TickByKey(choice) : choice.CheckAsync();
    }

    /// <summary>Opens what is folded; the browser has done so itself where the address leads into it.</summary>
    public async Task Unfold(string summary)
    {
        var folded = Page.Locator("details:not([open]) > summary", new() { HasText = summary });
        if (await folded.CountAsync() > 0)
            await folded.First.ClickAsync();
        Assert.True(
            await Page.Locator("details[open] > summary", new() { HasText = summary }).CountAsync() > 0
        );
    }

    /// <summary>Types the number and the code that comes to it, from the page that asks for the number on.</summary>
    public async Task SignIn(ServiceFixture service, string typed, string e164)
    {
        int known = service.SentTo(e164).Count;
        await Fill(Words("signIn.phone"), typed);
        await Press(Words("signIn.send"));
        string message = await service.NextTo(e164, known);
        await Fill(Words("signIn.code"), Digits().Match(message).Value);
        await Press(Words("signIn.go"));
    }

    /// <summary>The site's words in this phone's language.</summary>
    public string Words(string key, params object?[] arguments) => Texts.Of(locale, key, arguments);

    [GeneratedRegex("[0-9]{6}")]
    private static partial Regex Digits();

    public Task Follow(string link)
    {
        Taps++;
        var found = Page.GetByRole(AriaRole.Link, new() { Name = link }).First;
        return keyboard ? Page.PressByKey(found) : found.ClickAsync();
    }

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
