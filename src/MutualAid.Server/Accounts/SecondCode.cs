using MutualAid.Server.Web;

namespace MutualAid.Server.Accounts;

/// <summary>What is typed as the second factor: six digits of an authenticator, or one of the recovery codes.</summary>
public static class SecondCode
{
    // Without letters and digits that are read as one another.
    internal const string Alphabet = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
    internal const int RecoveryLength = 10;

    /// <summary>Whether a code that was read by <see cref="Parse"/> is a recovery code.</summary>
    public static bool Recovers(string code) => code.Length == RecoveryLength;

    /// <summary>Six plain digits, or a recovery code in capitals without its dash.</summary>
    /// <exception cref="Refusal">400 on this field: neither of them.</exception>
    public static string Parse(string? text, string field)
    {
        string compact = string.Concat(
            (text ?? "").Where(c => !char.IsWhiteSpace(c) && c != '-').Select(char.ToUpperInvariant)
        );
        if (compact.Length == RecoveryLength && compact.All(c => Alphabet.Contains(c)))
            return compact;
        try
        {
            return SixDigits.Parse(text, field);
        }
        catch (Refusal)
        {
            throw Refusal.Field(field, "secondCode");
        }
    }
}
