using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MutualAid.Server.Requests;

/// <summary>
/// What joins two posts of one household without telling which: keyed hashes of the telephone number and of the address.
/// Without the service's secret nobody can try numbers against them.
/// </summary>
public sealed class Households(Settings settings)
{
    private readonly byte[] phoneKey = settings.Key("household phone");
    private readonly byte[] addressKey = settings.Key("household address");

    /// <param name="e164">E.164, such as +84901234567.</param>
    public byte[]? PhoneHash(string? e164) =>
        e164 is null ? null : HMACSHA256.HashData(phoneKey, Encoding.UTF8.GetBytes(e164));

    /// <summary>The same for an address however it is accented, spaced, or punctuated.</summary>
    public byte[]? AddressHash(string? address) =>
        address is null || Plain(address) is not { Length: > 0 } plain
            ? null
            : HMACSHA256.HashData(addressKey, Encoding.UTF8.GetBytes(plain));

    internal static string Plain(string address)
    {
        var plain = new StringBuilder(address.Length);
        foreach (char c in address.Normalize(NormalizationForm.FormKD).ToLowerInvariant())
            if (c == 'đ')
                plain.Append('d');
            else if (char.IsLetterOrDigit(c))
                plain.Append(c);
            // What stands between digits tells 1/12 from 11/2.
            else if (
                CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark
                && plain.Length > 0
                && plain[^1] != ' '
            )
                plain.Append(' ');
        return plain.ToString().Trim();
    }
}
