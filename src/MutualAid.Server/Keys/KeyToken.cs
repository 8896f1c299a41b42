using System.Text;
using MutualAid.Server.Accounts;

namespace MutualAid.Server.Keys;

/// <summary>A key's text: a prefix by which people and scanners know a leaked one, and 32 random bytes.</summary>
internal static class KeyToken
{
    public const string Reading = "mar_";
    public const string Posting = "map_";

    // 32 bytes in base64. A session's token is shorter by the prefix: none is ever taken for the other.
    private const int Length = 4 + 43;

    public static string New(string prefix) => prefix + Sessions.NewToken();

    public static bool Is(string token, string prefix) =>
        token.Length == Length && token.StartsWith(prefix, StringComparison.Ordinal);

    public static bool IsAny(string token) => Is(token, Reading) || Is(token, Posting);

    /// <summary>What the request offers as a key, by Bearer or as the password of Basic; null when it offers none.</summary>
    /// <param name="any">Every password counts as one: where a key may be, another is a wrong one and not nobody's.</param>
    public static string? Offered(HttpContext context, bool any)
    {
        if (SignedIn.Token(context) is { } bearer)
            return IsAny(bearer) ? bearer : null;
        return
            Password(context.Request.Headers.Authorization.ToString()) is { } password
            && (any || IsAny(password))
            ? password
            : null;
    }

    private static string? Password(string authorization)
    {
        if (!authorization.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase))
            return null;
        byte[] bytes = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[6..].Trim(), bytes, out int length))
            return "";
        string pair = Encoding.UTF8.GetString(bytes, 0, length);
        return pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }
}
