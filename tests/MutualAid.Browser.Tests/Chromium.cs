using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(MutualAid.Browser.Tests.Chromium))]

namespace MutualAid.Browser.Tests;

/// <summary>The machine's own Chromium, once for all tests.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? playwright;

    public IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        string path =
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
        playwright = await Playwright.CreateAsync();
        Browser = await playwright.Chromium.LaunchAsync(
            new()
            {
                ExecutablePath = path,
                // The sandbox refuses root; what is opened here is our own pages only.
                ChromiumSandbox = Environment.UserName != "root",
                Args =
                [
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-sync",
                    "--disable-default-apps",
                    "--no-first-run",
                    "--no-pings",
                    "--disable-features=MediaRouter,OptimizationHints,Translate",
                ],
            }
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        playwright?.Dispose();
    }
}
