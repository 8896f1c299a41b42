using System.Buffers.Binary;

namespace MutualAid.Seed;

/// <summary>All chance in a batch comes from one of these, so a seed says everything: .NET keeps the seeded sequence of <see cref="Random"/> stable.</summary>
public sealed class Dice(int seed)
{
    private readonly Random random = new(seed);

    /// <summary>Independent dice for one part of a run (splitmix64's finaliser: neighbouring numbers share nothing).</summary>
    public static Dice For(long seed, long run, long part)
    {
        ulong x = (ulong)seed * 0x9E3779B97F4A7C15 + (ulong)run * 0xD1B54A32D192ED03 + (ulong)part;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return new Dice((int)((x ^ (x >> 31)) & 0x7FFFFFFF));
    }

    public bool Chance(double probability) => random.NextDouble() < probability;

    /// <summary>From <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Between(int low, int high) => random.Next(low, high + 1);

    public double Between(double low, double high) => low + random.NextDouble() * (high - low);

    public DateTimeOffset Between(DateTimeOffset low, DateTimeOffset high) =>
        high <= low ? low : low + (high - low) * random.NextDouble();

    /// <summary>So many moments between the two, in order.</summary>
    public DateTimeOffset[] Moments(DateTimeOffset low, DateTimeOffset high, int count)
    {
        var moments = new DateTimeOffset[count];
        for (int i = 0; i < count; i++)
            moments[i] = Between(low, high);
        Array.Sort(moments);
        return moments;
    }

    public T Pick<T>(IReadOnlyList<T> of) => of[random.Next(of.Count)];

    /// <summary>The index of a weight, as often as its share of the sum.</summary>
    public int Weighted(ReadOnlySpan<double> weights)
    {
        double sum = 0;
        foreach (double weight in weights)
            sum += weight;
        double at = random.NextDouble() * sum;
        for (int i = 0; i < weights.Length; i++)
        {
            at -= weights[i];
            if (at < 0)
                return i;
        }
        return weights.Length - 1;
    }

    /// <summary>The standard normal distribution (Box and Muller 1958).</summary>
    public double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>A UUID of version 7 (RFC 9562): its time is given, the rest is drawn.</summary>
    public Guid Id(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)(at.ToUnixTimeMilliseconds() >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[2..], (uint)at.ToUnixTimeMilliseconds());
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>A seed for those who roll dice of their own.</summary>
    public int Seed() => random.Next();
}
