using System.Text.RegularExpressions;

namespace MutualAid.Server.Web.Layout;

/// <summary>Pictures under the map, from whoever offers them: <c>https://host/{z}/{x}/{y}.png</c>, and whom to name for them.</summary>
/// <param name="Origin">Where they come from, as the content security policy names it.</param>
public sealed partial record BaseMap(string Address, string Origin, string Credit)
{
    /// <exception cref="SettingsException">It is no such address.</exception>
    public static BaseMap? Read(string? address, string? credit)
    {
        if (string.IsNullOrWhiteSpace(address))
            return null;
        var read = Form().Match(address);
        return read.Success && new[] { "{z}", "{x}", "{y}" }.All(address.Contains)
            ? new BaseMap(
                address,
                read.Groups[1].Value.Replace("{s}", "*", StringComparison.Ordinal),
                credit ?? ""
            )
            : throw new SettingsException(
                $"MUTUALAID_BASE_MAP: '{address}' is no address of map pictures, such as https://tiles.example.org/{{z}}/{{x}}/{{y}}.png."
            );
    }

    [GeneratedRegex(@"^(https://(?:\{s\}\.)?[A-Za-z0-9.-]+(?::[0-9]+)?)/[A-Za-z0-9{}/._?=&%~@-]+$")]
    private static partial Regex Form();
}
