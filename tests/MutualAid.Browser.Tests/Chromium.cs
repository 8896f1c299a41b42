using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(MutualAid.Browser.Tests.Chromium))]

namespace MutualAid.Browser.Tests;

/// <summary>The machine's own Chromium, once for all tests.</summary>
public sealed class Chromium : IAsyncLifetime
{
    // The sandbox refuses root; what is opened here is our own pages only.
    private static readonly bool Sandbox = Environment.UserName != "root";

    private static readonly string[] Arguments =
    [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-default-apps",
        "--no-first-run",
        "--no-pings",
        "--disable-features=MediaRouter,OptimizationHints,Translate",
    ];

    private IPlaywright? playwright;

    internal static string Program { get; } =
        Environment.GetEnvironmentVariable("MUTUALAID_CHROMIUM")
        ?? (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .SelectMany(folder =>
                new[] { "chromium", "chromium-browser" }.Select(name => Path.Combine(folder, name))
            )
            .FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException(
            "Chromium was not found. Debian: apt-get install chromium; or set MUTUALAID_CHROMIUM to a Chromium's path."
        );

    public IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = Program,
                ChromiumSandbox = Sandbox,
                Args = Arguments,
            }
        );
    }

    /// <summary>A browser that keeps what it knows in a folder.</summary>
    public Task<IBrowserContext> Remembering(string folder, Uri address) =>
        playwright!.Chromium.LaunchPersistentContextAsync(
            folder,
            new()
            {
                ExecutablePath = Program,
                ChromiumSandbox = Sandbox,
                Args = Arguments,
                BaseURL = address.ToString(),
                ViewportSize = new() { Width = 360, Height = 740 },
                Locale = "vi-VN",
            }
        );

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        playwright?.Dispose();
    }
}
