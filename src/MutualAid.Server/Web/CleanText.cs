using System.Globalization;
using System.Text;

namespace MutualAid.Server.Web;

/// <summary>What people type, as it is kept: NFC, trimmed, nothing invisible in it. Nothing left is null.</summary>
public static class CleanText
{
    private const int ZeroWidthJoiner = 0x200D;

    /// <summary>One line of at most so many code points; line breaks and tabs become spaces.</summary>
    public static string? Line(FieldErrors errors, string field, string? text, int most) =>
        Clean(errors, field, text, most, lines: false);

    /// <summary>Several lines of at most so many code points together.</summary>
    public static string? Lines(FieldErrors errors, string field, string? text, int most) =>
        Clean(errors, field, text, most, lines: true);

    /// <summary>Whether it is text at all: no half of a surrogate pair, no code point that never is a character. Only text has normal forms.</summary>
    public static bool IsText(string text) =>
        text.EnumerateRunes().All(rune => rune != Rune.ReplacementChar && !IsNoCharacter(rune.Value));

    private static string? Clean(FieldErrors errors, string field, string? text, int most, bool lines)
    {
        if (text is null)
            return null;
        var kept = new StringBuilder(text.Length);
        var runes = text.ReplaceLineEndings("\n").EnumerateRunes().ToArray();
        for (int i = 0; i < runes.Length; i++)
        {
            var rune = runes[i];
            if (IsDirectionOverride(rune.Value))
            {
                // Text that shows itself in another order than it is stored can pretend to be a different text.
                errors.Add(field, "direction");
                return null;
            }
            if (rune.Value is '\n' or '\t')
                kept.Append(lines ? (char)rune.Value : ' ');
            else if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control || IsNoCharacter(rune.Value))
            {
                errors.Add(field, "control");
                return null;
            }
            else if (Rune.GetUnicodeCategory(rune) is not UnicodeCategory.Format || JoinsEmoji(runes, i))
                kept.Append(rune);
        }
        // After the stripping: what stood apart by a zero-width character may compose now.
        string clean = kept.ToString().Normalize(NormalizationForm.FormC).Trim();
        // Code points, as PostgreSQL's length() counts, so that the column's own limit never says otherwise.
        if (!errors.Check(clean.EnumerateRunes().Count() <= most, field, "length", 0, most))
            return null;
        return clean.Length == 0 ? null : clean;
    }

    private static bool IsDirectionOverride(int value) =>
        value is >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069;

    // U+FFFE, U+FFFF and their like on every plane, U+FDD0..U+FDEF: never text.
    private static bool IsNoCharacter(int value) =>
        (value & 0xFFFE) == 0xFFFE || value is >= 0xFDD0 and <= 0xFDEF;

    // A family emoji is several people joined; between letters the joiner only hides things.
    private static bool JoinsEmoji(Rune[] runes, int i) =>
        runes[i].Value == ZeroWidthJoiner
        && i > 0
        && i + 1 < runes.Length
        && IsEmojiPart(runes[i - 1])
        && IsEmojiPart(runes[i + 1]);

    private static bool IsEmojiPart(Rune rune) =>
        rune.Value is 0xFE0F or >= 0x1F3FB and <= 0x1F3FF
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.OtherSymbol;
}
