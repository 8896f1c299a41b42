using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace MutualAid.Browser.Tests;

/// <summary>axe's own script, run in the page. The wrapper for Playwright opens a second page for each run, to put frames together of which we have none: four times as long.</summary>
internal static class AxeRun
{
    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    private const string Run = """
        async () => {
          const found = await axe.run(document, { resultTypes: ['violations'] })
          return {
            passes: found.passes.map(rule => rule.id),
            violations: found.violations.map(rule => `${rule.id} ${rule.nodes[0].html}`),
          }
        }
        """;

    public static async Task<Judged> Axe(this IPage page)
    {
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
            await page.EvaluateAsync(Script);
        return await page.EvaluateAsync<Judged>(Run);
    }

    public sealed record Judged
    {
        /// <summary>Rules that something was held against, and that held.</summary>
        public string[] Passes { get; init; } = [];

        /// <summary>Rules that are broken, each with the first element that breaks it.</summary>
        public string[] Violations { get; init; } = [];
    }
}
