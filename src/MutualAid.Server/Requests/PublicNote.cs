using System.Text.RegularExpressions;

namespace MutualAid.Server.Requests;

/// <summary>
/// The note that everybody reads. What would lead a stranger to the door or to the telephone is masked before it is stored:
/// telephone numbers however they are spelt, and house numbers.
/// </summary>
public static partial class PublicNote
{
    /// <summary>Never longer than the text that came in; masking twice changes nothing.</summary>
    public static string Mask(string text)
    {
        string masked = Telephone().Replace(text, Dots);
        masked = AfterKeyword()
            .Replace(masked, match => match.Groups["keep"].Value + Dots(match.Groups["number"]));
        masked = BeforeStreet().Replace(masked, Dots);
        return Chain().Replace(masked, Dots);
    }

    private static string Dots(Capture number) => new('•', Math.Min(3, number.Length));

    // Nine digits or more with up to five other signs between two of them, or eight that are not just a date. A digit may be
    // of any script, circled, or spelt as a word in Vietnamese or English; an o between digits passes for a zero.
    private const string Digit =
        """(?:[\d\p{No}]|(?<!\p{L})(?:không|khong|một|mốt|mot|hai|ba|bốn|bon|tư|năm|nam|lăm|sáu|sau|bảy|bẩy|bay|tám|tam|chín|chin|zero|one|two|three|four|five|six|seven|eight|nine)(?!\p{L})|(?<=[\d\p{No}][^\p{L}\p{N}]{0,5})o(?=[^\p{L}\p{N}]{0,5}[\do\p{No}])|(?<!\p{L})o(?=[^\p{L}\p{N}]{0,5}[\d\p{No}]))""";
    private const string Gap = """[^\p{L}\p{N}]{0,5}""";

    [GeneratedRegex(
        $$"""(?!(?<!\d)\d\d?[/.-]\d\d?[/.-]20\d\d(?!{{Gap}}{{Digit}}))\+?{{Digit}}(?:{{Gap}}{{Digit}}){7,}[\uFE0F\u20E3]*""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex Telephone();

    // "số 12", "nhà 12A", "ngõ 3", "hẻm 45/6", "phòng 302", "lô C3", "SN 7": the number goes, the word stays.
    private const string Number = """\p{L}?\d+\p{L}?(?!\p{L})(?:\s?[/.-]\s?\p{L}?\d+\p{L}?(?!\p{L}))*""";

    [GeneratedRegex(
        $$"""(?<keep>(?<!\p{L})(?:số\s+nhà|so\s+nha|số|so|sn|s\.n|nhà|nha|ngõ|ngo|ngách|ngach|hẻm|hem|kiệt|kiet|phòng|phong|căn\s+hộ|can\s+ho|căn|can|lô|lo|tổ|tòa|toà|toa|block|no|house|flat|room|apartment|apt|alley|lane|p)(?:\s*[.:#]\s*|\s+))(?<number>{{Number}})""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant
    )]
    private static partial Regex AfterKeyword();

    // "12 ngõ 3", "45/6 đường Láng", "12 Lê Lợi": a number before a street's kind, or before two capitalised words.
    [GeneratedRegex(
        """(?<![\p{L}\p{N}])\d+\p{L}?(?!\p{L})(?:\s?[/-]\s?\d+\p{L}?(?!\p{L}))*(?=,?\s+(?:(?i:ngõ|ngo|ngách|ngach|hẻm|hem|kiệt|kiet|đường|duong|phố|street|road|lane|alley|st\.|rd\.)(?!\p{L})|(?!Th[aá]ng)\p{Lu}\p{Ll}*\s+\p{Lu}\p{Ll}*))""",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex BeforeStreet();

    // "12/3/4": alleys off alleys; a date with its year is none.
    [GeneratedRegex(
        """(?<![\d/])(?!\d\d?/\d\d?/20\d\d(?![\d/]))\d+\p{L}?(?:/\d+\p{L}?){2,}""",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Chain();
}
