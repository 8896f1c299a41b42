using System.Text;
using System.Text.RegularExpressions;
using MutualAid.Server.Web;

namespace MutualAid.Server.Areas;

/// <summary>
/// The name of an area as people type it: "P. Gạo", "q1", "TP Thủ Đức", "phường 03, quận 5". Diacritics and case are not its
/// matter: <c>search_text</c> folds both sides in the database.
/// </summary>
/// <param name="Full">With the kind of area written out.</param>
/// <param name="Bare">Without it: a ward of today may have been a commune. Null for a number, which says nothing without its kind.</param>
/// <param name="Within">What stood behind a comma: what it belongs to.</param>
public sealed partial record TypedName(string Full, string? Bare, string? Within)
{
    private static readonly (Regex Short, string Kind)[] Kinds =
    [
        (Ward(), "phường "),
        (District(), "quận "),
        (City(), "thành phố "),
        (Town(), "thị xã "),
        (Township(), "thị trấn "),
        (RuralDistrict(), "huyện "),
        (Commune(), "xã "),
    ];

    /// <summary>SQL of what a folded name is compared with by LIKE: what is typed holds no wildcards.</summary>
    /// <param name="parameter">The parameter's name, with its @.</param>
    public static string Pattern(string parameter) =>
        $@"'%' || regexp_replace(search_text({parameter}), '([\\%_])', '\\\1', 'g') || '%'";

    public static TypedName Read(string text)
    {
        string clean = CleanText.IsText(text) ? text.Normalize(NormalizationForm.FormC) : text;
        string[] parts = clean.Split(',', 2, StringSplitOptions.TrimEntries);
        if (parts[0].Length == 0)
            parts = [clean];
        string full = WrittenOut(parts[0]);
        string bare = AnyKind().Replace(full, "");
        return new TypedName(
            full,
            bare.Length >= 2 && bare != full && !bare.All(char.IsAsciiDigit) ? bare : null,
            parts is [_, { Length: > 0 } rest] ? WrittenOut(rest.Split(',')[0].Trim()) : null
        );
    }

    private static string WrittenOut(string name)
    {
        string written = Spaces().Replace(name.Trim(), " ");
        foreach (var (shorter, kind) in Kinds)
            if (shorter.IsMatch(written))
            {
                written = shorter.Replace(written, kind, 1);
                break;
            }
        // "quận1", "phường 03"
        written = KindAndNumber().Replace(written, "$1 $2");
        return written;
    }

    // A point, a space, or a digit at once: "p.gạo", "p gạo", "p3"; "Phú" is a name.
    [GeneratedRegex(@"^(?:p|ph)(?:\.\s*|\s+|(?=[0-9]))", RegexOptions.IgnoreCase)]
    private static partial Regex Ward();

    [GeneratedRegex(@"^q(?:\.\s*|\s+|(?=[0-9]))", RegexOptions.IgnoreCase)]
    private static partial Regex District();

    [GeneratedRegex(@"^t\.?p(?:\.\s*|\s+)", RegexOptions.IgnoreCase)]
    private static partial Regex City();

    [GeneratedRegex(@"^t\.?x(?:\.\s*|\s+)", RegexOptions.IgnoreCase)]
    private static partial Regex Town();

    [GeneratedRegex(@"^t\.?t(?:\.\s*|\s+)", RegexOptions.IgnoreCase)]
    private static partial Regex Township();

    [GeneratedRegex(@"^h(?:\.\s*|\s+)", RegexOptions.IgnoreCase)]
    private static partial Regex RuralDistrict();

    [GeneratedRegex(@"^x(?:\.\s*|\s+)", RegexOptions.IgnoreCase)]
    private static partial Regex Commune();

    [GeneratedRegex(
        @"^(?:phường|phuong|quận|quan|huyện|huyen|xã|xa|thị xã|thi xa|thị trấn|thi tran|thành phố|thanh pho|tỉnh|tinh)\s+",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex AnyKind();

    [GeneratedRegex(@"^(phường|phuong|quận|quan)\s*0*([1-9][0-9]*)$", RegexOptions.IgnoreCase)]
    private static partial Regex KindAndNumber();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
