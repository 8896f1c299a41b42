using System.Security.Cryptography;
using System.Text;

namespace MutualAid.Server.Accounts;

/// <summary>
/// Keeps short texts unreadable in the database: AES-256-GCM under a key of one purpose. What is sealed is bound to its
/// place (the row's id), so that it cannot be moved to another row and be opened there.
/// </summary>
public sealed class Sealed(Settings settings, string purpose)
{
    private const int Nonce = 12;
    private const int Tag = 16;
    private readonly byte[] key = settings.Key(purpose);

    public byte[] Close(ReadOnlySpan<byte> plain, string place)
    {
        byte[] closed = new byte[Nonce + Tag + plain.Length];
        var span = closed.AsSpan();
        RandomNumberGenerator.Fill(span[..Nonce]);
        using var aes = new AesGcm(key, Tag);
        aes.Encrypt(
            span[..Nonce],
            plain,
            span[(Nonce + Tag)..],
            span[Nonce..(Nonce + Tag)],
            Encoding.UTF8.GetBytes(place)
        );
        return closed;
    }

    public byte[] Close(string plain, string place) => Close(Encoding.UTF8.GetBytes(plain), place);

    /// <exception cref="CryptographicException">Another secret, another place, or changed bytes.</exception>
    public byte[] Open(ReadOnlySpan<byte> closed, string place)
    {
        if (closed.Length < Nonce + Tag)
            throw new CryptographicException("sealed text is too short");
        byte[] plain = new byte[closed.Length - Nonce - Tag];
        using var aes = new AesGcm(key, Tag);
        aes.Decrypt(
            closed[..Nonce],
            closed[(Nonce + Tag)..],
            closed[Nonce..(Nonce + Tag)],
            plain,
            Encoding.UTF8.GetBytes(place)
        );
        return plain;
    }

    public string OpenText(ReadOnlySpan<byte> closed, string place) =>
        Encoding.UTF8.GetString(Open(closed, place));
}
