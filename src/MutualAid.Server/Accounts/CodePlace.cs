using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using MutualAid.Server.Web;

namespace MutualAid.Server.Accounts;

/// <summary>
/// Whom a code is counted with, beside its own number and address: the asker's neighbours in the network, and the numbers
/// beside the one that is asked for. Addresses as keyed hashes.
/// </summary>
/// <param name="Near">What one household or small office is given: an IPv4 /24, an IPv6 /48.</param>
/// <param name="Wide">What one operator's town is given, or a whole small operator: an IPv4 /16, an IPv6 /32.</param>
/// <param name="NumberRange">Ten thousand numbers: invented ones are often counted up, and some operators' ranges are paid for being called.</param>
public readonly record struct CodePlace(long Near, long Wide, string NumberRange)
{
    /// <param name="address">As <see cref="ClientAddress.Of"/> tells it.</param>
    /// <param name="phone">E.164.</param>
    public static CodePlace Of(byte[] key, string address, string phone)
    {
        byte[] bytes = IPAddress.TryParse(address, out var parsed) ? parsed.GetAddressBytes() : [];
        bool six = parsed?.AddressFamily == AddressFamily.InterNetworkV6;
        return new CodePlace(Hash(key, bytes, six ? 6 : 3), Hash(key, bytes, six ? 4 : 2), phone[..^4]);
    }

    // Sixty-four bits of it are enough: of a million places two coincide once in forty thousand times.
    private static long Hash(byte[] key, byte[] address, int length) =>
        BinaryPrimitives.ReadInt64LittleEndian(
            HMACSHA256.HashData(key, address.AsSpan(0, Math.Min(length, address.Length)))
        );
}
