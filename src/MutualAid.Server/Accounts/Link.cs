using System.Security.Cryptography;

namespace MutualAid.Server.Accounts;

/// <summary>
/// A link in a message: whoever has it may do one thing. 16 random bytes, short enough for a text message; the database
/// keeps the SHA-256 only. It opens a page with a button and does nothing by itself: previews fetch links.
/// </summary>
public sealed record Link(string Url, byte[] TokenHash)
{
    /// <param name="path">Which page: <c>b</c> or <c>n</c>.</param>
    public static Link New(Settings settings, string path)
    {
        string token = Convert
            .ToBase64String(RandomNumberGenerator.GetBytes(16))
            .Replace('+', '-')
            .Replace('/', '_')
            .TrimEnd('=');
        return new Link($"{settings.PublicUrl.TrimEnd('/')}/{path}/{token}", Sessions.Hash(token));
    }
}
