using Microsoft.Extensions.Logging;

namespace MutualAid.Server.Web;

/// <summary>
/// Below a warning ASP.NET Core logs each request's address, query and bound values: coordinates, phones, links that act.
/// No setting from outside turns that on, whatever provider or part of it the setting names.
/// </summary>
public static class QuietFramework
{
    private const string Framework = "Microsoft.AspNetCore";

    // While it logs at all, this one lays a scope with the request's path round every line: a link that acts is a path.
    private const string Addresses = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public static void KeepFrameworkQuiet(this WebApplicationBuilder builder) =>
        builder.Services.PostConfigure<LoggerFilterOptions>(options =>
        {
            foreach (var rule in options.Rules.ToList())
                if (rule.CategoryName?.StartsWith(Framework, StringComparison.OrdinalIgnoreCase) == true)
                {
                    options.Rules.Remove(rule);
                    options.Rules.Add(
                        new LoggerFilterRule(
                            rule.ProviderName,
                            rule.CategoryName,
                            rule.LogLevel is { } level && level > LogLevel.Warning ? level : LogLevel.Warning,
                            rule.Filter
                        )
                    );
                }
            // A provider with rules of its own is judged by them alone: each needs these too.
            foreach (
                string? provider in options
                    .Rules.Select(rule => rule.ProviderName)
                    .Append(null)
                    .Distinct()
                    .ToList()
            )
            {
                options.Rules.Add(new LoggerFilterRule(provider, Framework, LogLevel.Warning, null));
                options.Rules.Add(new LoggerFilterRule(provider, Addresses, LogLevel.None, null));
            }
        });
}
