using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MutualAid.Server.Web;

namespace MutualAid.Server.Accounts;

/// <summary>Codes of six digits, as they are made and as people type them.</summary>
public static class SixDigits
{
    public static string New() =>
        RandomNumberGenerator.GetInt32(1_000_000).ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>The code without the spaces and dashes that people put in, in plain digits.</summary>
    /// <exception cref="Refusal">400 on this field: not six digits.</exception>
    public static string Parse(string? text, string field)
    {
        var digits = new StringBuilder();
        foreach (char c in text ?? "")
        {
            if (char.IsWhiteSpace(c) || c == '-')
                continue;
            int digit = CharUnicodeInfo.GetDecimalDigitValue(c);
            if (digit < 0 || digits.Length == 6)
                throw Refusal.Field(field, "sixDigits");
            digits.Append((char)('0' + digit));
        }
        return digits.Length == 6 ? digits.ToString() : throw Refusal.Field(field, "sixDigits");
    }
}
