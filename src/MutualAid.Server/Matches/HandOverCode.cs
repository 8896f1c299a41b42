using MutualAid.Server.Accounts;

namespace MutualAid.Server.Matches;

/// <summary>The six digits that the receiver says at the door: who types them has met the receiver.</summary>
internal static class HandOverCode
{
    /// <summary>Tries with a wrong code of one giver for one need, however often it is claimed; the door counts the same.</summary>
    internal const int Tries = 5;

    internal static string New() => SixDigits.New();

    /// <summary>As people write it, with spaces or a hyphen; null when it is not six digits.</summary>
    internal static string? Read(string text)
    {
        string digits = text.Replace(" ", "", StringComparison.Ordinal)
            .Replace("-", "", StringComparison.Ordinal);
        return digits.Length == 6 && digits.All(char.IsAsciiDigit) ? digits : null;
    }
}
