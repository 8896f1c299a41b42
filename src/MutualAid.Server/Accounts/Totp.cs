using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MutualAid.Server.Accounts;

/// <summary>Time-based one-time passwords: RFC 6238 with SHA-1, 30 s and six digits, as every authenticator has them.</summary>
public static class Totp
{
    private const int StepSeconds = 30;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>160 bits, as RFC 4226 (section 4) recommends.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(20);

    /// <summary>How many steps of 30 s lie between the epoch and this instant.</summary>
    public static long Step(DateTimeOffset now) => now.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of one step (RFC 4226, 5.3: dynamic truncation).</summary>
    public static string Code(byte[] secret, long step, int digits = 6)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // the standard's own hash; HMAC does not need it free of collisions
        byte[] hash = HMACSHA1.HashData(secret, counter);
#pragma warning restore CA5350
        int offset = hash[^1] & 15;
        int number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(offset, 4)) & int.MaxValue;
        return (number % (int)Math.Pow(10, digits)).ToString($"D{digits}", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The step that this code is of, now or one to either side (clocks differ); null when it is of none.
    /// </summary>
    public static long? Match(byte[] secret, string code, DateTimeOffset now)
    {
        long? found = null;
        byte[] given = Encoding.ASCII.GetBytes(code);
        // The latest of equal codes counts, and every step is compared: the time tells nothing.
        for (long step = Step(now) - 1; step <= Step(now) + 1; step++)
            if (CryptographicOperations.FixedTimeEquals(given, Encoding.ASCII.GetBytes(Code(secret, step))))
                found = step;
        return found;
    }

    /// <summary>Base32 without padding (RFC 4648), which authenticators take by hand.</summary>
    public static string Text(byte[] secret)
    {
        var text = new StringBuilder();
        int bits = 0;
        int held = 0;
        foreach (byte b in secret)
        {
            held = (held << 8) | b;
            for (bits += 8; bits >= 5; bits -= 5)
                text.Append(Alphabet[(held >> (bits - 5)) & 31]);
            held &= (1 << bits) - 1;
        }
        if (bits > 0)
            text.Append(Alphabet[(held << (5 - bits)) & 31]);
        return text.ToString();
    }

    /// <summary>What authenticators read from a QR code.</summary>
    public static string Uri(byte[] secret, string label) =>
        $"otpauth://totp/MutualAid:{System.Uri.EscapeDataString(label)}?secret={Text(secret)}&issuer=MutualAid&algorithm=SHA1&digits=6&period={StepSeconds}";
}
