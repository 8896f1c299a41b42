using System.Text;
using System.Xml;

namespace MutualAid.Server.Interop.Exports;

/// <summary>What people typed, as a cell of a table that a spreadsheet may open.</summary>
public static class SafeText
{
    /// <summary>
    /// The text with an apostrophe before it when a spreadsheet would take it for a formula: also behind white space, and in the
    /// wide forms that some programs read as the plain ones. Without what XML cannot hold.
    /// </summary>
    public static string Cell(string text)
    {
        string clean = Xml(text);
        return IsFormula(clean) ? $"'{clean}" : clean;
    }

    /// <summary>The text without characters that no XML document can hold.</summary>
    public static string Xml(string text)
    {
        if (text.All(c => XmlConvert.IsXmlChar(c)))
            return text;
        var kept = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            if (rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value))
                kept.Append(rune);
        return kept.ToString();
    }

    private static bool IsFormula(string text)
    {
        if (text is ['\t' or '\r' or '\n', ..])
            return true;
        foreach (var rune in text.EnumerateRunes())
            if (
                !Rune.IsWhiteSpace(rune)
                && Rune.GetUnicodeCategory(rune) != System.Globalization.UnicodeCategory.Format
            )
                return rune.ToString().Normalize(NormalizationForm.FormKC)[0]
                    is '='
                        or '+'
                        or '-'
                        or '@'
                        or '\u2212';
        return false;
    }
}
