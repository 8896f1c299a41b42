using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using MutualAid.Server.Web;

namespace MutualAid.Server.Accounts;

/// <summary>A Vietnamese telephone number in E.164 (<c>+84901234567</c>), whatever way it was written.</summary>
public sealed partial record Phone
{
    // In 2018 the 11-digit mobile numbers lost a digit: the old prefix after the 0, and the one that replaced it.
    private static readonly FrozenDictionary<string, string> NewPrefixes = new Dictionary<string, string>
    {
        ["162"] = "32",
        ["163"] = "33",
        ["164"] = "34",
        ["165"] = "35",
        ["166"] = "36",
        ["167"] = "37",
        ["168"] = "38",
        ["169"] = "39",
        ["120"] = "70",
        ["121"] = "79",
        ["122"] = "77",
        ["126"] = "76",
        ["128"] = "78",
        ["123"] = "83",
        ["124"] = "84",
        ["125"] = "85",
        ["127"] = "81",
        ["129"] = "82",
        ["186"] = "56",
        ["188"] = "58",
        ["199"] = "59",
    }.ToFrozenDictionary();

    private Phone(string e164, bool mobile)
    {
        E164 = e164;
        Mobile = mobile;
    }

    /// <summary><c>+84</c> and the national number without its 0.</summary>
    public string E164 { get; }

    /// <summary>Whether a text message reaches it.</summary>
    public bool Mobile { get; }

    public override string ToString() => E164;

    /// <summary>A number to ring: mobile or landline.</summary>
    /// <exception cref="Refusal">400 on this field: not a number, not Vietnamese.</exception>
    public static Phone Parse(string? text, string field) =>
        Read(text, out string? problem) ?? throw Refusal.Field(field, problem!);

    /// <summary>A number that a code can be sent to.</summary>
    /// <exception cref="Refusal">400 on this field: not a number, not Vietnamese, a landline.</exception>
    public static Phone ParseMobile(string? text, string field) =>
        Parse(text, field) is { Mobile: true } phone ? phone : throw Refusal.Field(field, "phoneMobile");

    /// <summary>The number, or null and the code of the text <c>field.CODE</c> that says what is wrong.</summary>
    public static Phone? Read(string? text, out string? problem)
    {
        problem = "phone";
        if (
            text is null or { Length: 0 or > 40 }
            || !CleanText.IsText(text)
            || Digits(text) is not { } digits
        )
            return null;
        if (National(digits) is not { } national)
        {
            problem = "phoneForeign";
            return null;
        }
        if (national.Length == 10 && NewPrefixes.TryGetValue(national[..3], out string? prefix))
            national = prefix + national[3..];
        bool mobile = MobileNumber().IsMatch(national);
        if (!mobile && !Landline().IsMatch(national))
            return null;
        problem = null;
        return new Phone("+84" + national, mobile);
    }

    // ASCII digits, after a + when there was one; null when anything stands there that no number has.
    private static string? Digits(string text)
    {
        var digits = new StringBuilder();
        // Compatibility forms: full-width digits, signs and brackets become the plain ones.
        foreach (char c in text.Normalize(NormalizationForm.FormKC))
        {
            int digit = CharUnicodeInfo.GetDecimalDigitValue(c);
            var category = CharUnicodeInfo.GetUnicodeCategory(c);
            if (digit >= 0)
                digits.Append((char)('0' + digit));
            else if (c == '+' && digits.Length == 0)
                digits.Append(c);
            else if (
                c is not ('.' or '(' or ')' or '/' or '·' or '•' or '−' or '\t')
                && category
                    is not (
                        UnicodeCategory.SpaceSeparator
                        or UnicodeCategory.DashPunctuation
                        or UnicodeCategory.Format
                    )
            )
                return null;
        }
        return digits.Length > 0 ? digits.ToString() : null;
    }

    // The number without country code and trunk 0; null when it names another country.
    private static string? National(string digits)
    {
        bool international = digits[0] == '+' || digits.StartsWith("00", StringComparison.Ordinal);
        string rest =
            digits[0] == '+' ? digits[1..]
            : international ? digits[2..]
            : digits;
        if (international)
        {
            if (!rest.StartsWith("84", StringComparison.Ordinal))
                return null;
            rest = rest[2..];
        }
        // 84 is a country code only before a whole number: 084… and the nine digits 84… are a mobile prefix.
        else if (rest.StartsWith("84", StringComparison.Ordinal) && rest.Length >= 11)
            rest = rest[2..];
        // +84 (0) 90…: the trunk 0 is often left in.
        return rest.StartsWith('0') ? rest[1..] : rest;
    }

    // The mobile series of the national numbering plan: 03x, 051-052, 055-056, 058-059, 070, 076-079, 081-089, 09x.
    [GeneratedRegex("^(?:3[0-9]|5[125689]|7[06-9]|8[1-9]|9[0-9])[0-9]{7}$")]
    private static partial Regex MobileNumber();

    // Area codes since 2017: 024 and 028 with eight digits, the provinces' three-digit ones with seven.
    [GeneratedRegex(
        "^2(?:[48][0-9]|0[3-9]|1[0-689]|2[0-25-9]|3[2-9]|5[124-9]|6[0-39]|7[0-7]|9[0-4679])[0-9]{7}$"
    )]
    private static partial Regex Landline();
}
