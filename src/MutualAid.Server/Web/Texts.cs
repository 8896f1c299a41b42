using System.Collections.Frozen;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace MutualAid.Server.Web;

/// <summary>Every text that a person reads, in Vietnamese and English, from <c>Web/Texts/*.json</c>.</summary>
public static class Texts
{
    public static readonly IReadOnlyList<string> Locales = ["vi", "en"];

    private static readonly FrozenDictionary<string, FrozenDictionary<string, string>> Catalogue =
        Locales.ToFrozenDictionary(locale => locale, Load);

    private static readonly FrozenDictionary<string, CultureInfo> Cultures = new Dictionary<
        string,
        CultureInfo
    >
    {
        ["vi"] = CultureInfo.GetCultureInfo("vi-VN"),
        ["en"] = CultureInfo.GetCultureInfo("en-GB"),
    }.ToFrozenDictionary();

    /// <summary>The text with its {0}, {1} … filled in, numbers and dates written as that language writes them.</summary>
    /// <exception cref="KeyNotFoundException">No text has this key.</exception>
    public static string Of(string locale, string key, params object?[] arguments)
    {
        string text = Catalogue[locale].TryGetValue(key, out string? found)
            ? found
            : throw new KeyNotFoundException($"no text '{key}' in {locale}");
        return arguments.Length == 0 ? text : string.Format(Cultures[locale], text, arguments);
    }

    public static bool Has(string key) => Catalogue["vi"].ContainsKey(key);

    public static CultureInfo Culture(string locale) => Cultures[locale];

    /// <summary>The keys of one language, for the check that both have the same.</summary>
    public static IEnumerable<string> Keys(string locale) => Catalogue[locale].Keys;

    // One pair of files a feature (requests.vi.json, requests.en.json); a key stands in one of them only.
    private static FrozenDictionary<string, string> Load(string locale)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var texts = new Dictionary<string, string>();
        foreach (
            string resource in assembly
                .GetManifestResourceNames()
                .Where(name => name.EndsWith($".{locale}.json", StringComparison.Ordinal))
        )
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            foreach (var (key, text) in JsonSerializer.Deserialize<Dictionary<string, string>>(stream)!)
                texts.Add(key, text);
        }
        return texts.ToFrozenDictionary();
    }
}
