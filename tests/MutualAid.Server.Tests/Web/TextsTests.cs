using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using MutualAid.Server.Web;

namespace MutualAid.Server.Tests.Web;

/// <summary>The catalogue of texts against itself and against the code that asks for them: a missing one would be an error in the middle of an error.</summary>
public sealed partial class TextsTests
{
    [Fact]
    public void both_languages_say_everything_with_the_same_things_filled_in()
    {
        Assert.Equal(Texts.Keys("vi").Order(), Texts.Keys("en").Order());
        foreach (string key in Texts.Keys("vi"))
            Assert.True(
                Filled("vi", key).IsSubsetOf(Filled("en", key))
                    || Filled("en", key).IsSubsetOf(Filled("vi", key)),
                $"{key} is filled in differently in the two languages"
            );
    }

    [Fact]
    public void every_refusal_and_every_fault_of_a_field_that_the_code_knows_has_its_text()
    {
        var asked = Sources()
            .SelectMany(source =>
                Problems()
                    .Matches(source.Text)
                    .Select(match => ("problem.", match))
                    .Concat(Fields().Matches(source.Text).Select(match => ("field.", match)))
                    .Concat(Plain().Matches(source.Text).Select(match => ("", match)))
                    .Select(found => (source.Name, Key: found.Item1 + found.match.Groups["key"].Value))
            )
            .Where(asked => !asked.Key.EndsWith('.'))
            .ToList();
        Assert.True(
            asked.Count > 300,
            $"only {asked.Count} texts are asked for: the code is written in another way now"
        );
        var counted = Texts.Keys("vi").Select(key => Plural().Replace(key, "")).ToHashSet();
        Assert.Empty(asked.Where(text => !Texts.Has(text.Key) && !counted.Contains(text.Key)).Distinct());
    }

    private static HashSet<string> Filled(string locale, string key) =>
        [.. Places().Matches(Texts.Of(locale, key)).Select(match => match.Groups[1].Value)];

    private static IEnumerable<(string Name, string Text)> Sources([CallerFilePath] string here = "")
    {
        string server = Path.GetFullPath(Path.Combine(here, "../../../../src/MutualAid.Server"));
        return Directory
            .EnumerateFiles(server, "*", SearchOption.AllDirectories)
            .Where(file =>
                Path.GetExtension(file) is ".cs" or ".razor"
                && !file.Contains("/obj/", StringComparison.Ordinal)
            )
            .Select(file => (Path.GetRelativePath(server, file), File.ReadAllText(file)));
    }

    [GeneratedRegex("""new (?:Refusal)?\(\s*[45][0-9][0-9],\s*"(?<key>\w+)["]""")]
    private static partial Regex Problems();

    [GeneratedRegex(
        """(?:Refusal\.Field\(\s*[^,()]+(?:\([^)]*\))?,\s*|new FieldError\(\s*[^,]+,\s*|rrors\.Add\(\s*[^,()]+,\s*|rrors\.Check\((?:[^"();]|\([^"();]*\))+,\s*"[\w.]+",\s*)"(?<key>\w+)["]"""
    )]
    private static partial Regex Fields();

    [GeneratedRegex("""(?:\b[TN]\(|Texts\.Of\(\s*[^,]+,\s*)"(?<key>[\w.-]+)["]""")]
    private static partial Regex Plain();

    [GeneratedRegex(@"\{([0-9]+)")]
    private static partial Regex Places();

    [GeneratedRegex(@"\.(one|other)$")]
    private static partial Regex Plural();
}
