using System.Diagnostics;
using System.Text.Json;
using MutualAid.Server.Accounts;
using MutualAid.Server.Tests;

namespace MutualAid.Browser.Tests;

/// <summary>What Lighthouse says of the main pages; how fast they are, <c>./bench lighthouse</c> measures.</summary>
public sealed class LighthouseTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const int Least = 95;

    [Fact]
    public async Task the_main_pages_are_accessible_built_well_and_easily_found()
    {
        var person = await service.NewPerson();
        var need = await service.GivenRequest(person, urgency: "soon", lon: 105.826, lat: 21.0155);
        await service.GivenRequest(await service.NewPerson(), lon: 105.832, lat: 21.021);
        string token = await Phone.CookieOf(service, person);
        var pages = await Ask(
            "/",
            $"/?ward={Places.SouthWest}",
            "/requests/new",
            $"/requests/{need}",
            $"/mine {Sessions.Cookie}={token}"
        );
        Assert.Equal(5, pages.Length);
        foreach (var page in pages)
        {
            Assert.Equal(3, page.Scores.Count);
            Assert.True(
                page.Scores.Values.All(score => score >= Least),
                $"{page.Path}: {string.Join(", ", page.Scores)}\n{string.Join('\n', page.Failing)}"
            );
        }
    }

    private async Task<Judged[]> Ask(params string[] pages)
    {
        string folder = Folder();
        Assert.True(
            Directory.Exists(Path.Combine(folder, "node_modules", "lighthouse")),
            $"Lighthouse is not there: ./test fetches it where there are node and npm; or: npm ci in {folder}"
        );
        var start = new ProcessStartInfo(
            "node",
            [
                Path.Combine(folder, "lighthouse.mjs"),
                service.Address.ToString(),
                "1",
                "accessibility",
                "best-practices",
                "seo",
            ]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CHROME_PATH"] = Chromium.Program;
        using var node = Process.Start(start)!;
        await node.StandardInput.WriteAsync(string.Join('\n', pages));
        node.StandardInput.Close();
        var errors = node.StandardError.ReadToEndAsync();
        string said = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.True(node.ExitCode == 0, await errors);
        return JsonSerializer.Deserialize<Judged[]>(said, JsonSerializerOptions.Web)!;
    }

    private static string Folder([System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.GetDirectoryName(here)!;

    private sealed record Judged(string Path, Dictionary<string, int> Scores, string[] Failing);
}
