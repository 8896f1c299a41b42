using System.Buffers;
using System.Buffers.Binary;

namespace NetTopologySuite.IO;

/// <summary>Untrusted bytes, taken from a stream one stated amount at a time and never past the geometry's end.</summary>
internal ref struct EwkbSource(Stream stream, Span<byte> scratch)
{
    /// <summary>Enough for a coordinate run of a few dozen points; lies on the stack, so that a point costs no buffer.</summary>
    public const int ScratchBytes = 512;

    // Without knowing the stream's length, a claim is believed this far before any of its bytes have been seen.
    private const int FirstLeap = 64 * 1024;

    private readonly Stream _stream = stream;
    private readonly Span<byte> _scratch = scratch;
    private byte[]? _rented;

    /// <summary>The order in which the numbers of the geometry now being read lie.</summary>
    public bool LittleEndian { get; set; }

    public static uint UInt32(ReadOnlySpan<byte> bytes, bool littleEndian) =>
        littleEndian
            ? BinaryPrimitives.ReadUInt32LittleEndian(bytes)
            : BinaryPrimitives.ReadUInt32BigEndian(bytes);

    public uint ReadUInt32() => UInt32(Take(sizeof(uint)), LittleEndian);

    /// <summary>How many things follow; refused at once if the stream is known to be too short for as many of that size.</summary>
    public int ReadCount(int leastBytesEach)
    {
        var count = ReadUInt32();
        var needed = (long)count * leastBytesEach;
        var limit = _stream.CanSeek
            ? Math.Min(_stream.Length - _stream.Position, Array.MaxLength)
            : Array.MaxLength;
        if (needed > limit)
            throw new ParseException(
                $"{count} parts take at least {needed} bytes; there can be no more than {limit}."
            );
        return (int)count;
    }

    /// <summary>The next bytes; they stay valid until the next call.</summary>
    public ReadOnlySpan<byte> Take(int length)
    {
        if (length > _scratch.Length)
            return TakeMany(length);
        Fill(_scratch[..length]);
        return _scratch[..length];
    }

    /// <summary>Gives back what a long run of coordinates needed.</summary>
    public void Release()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }

    // The length is a claim. Where the stream can seek, ReadCount has held it against what is there; else memory is
    // doubled as bytes do arrive, so a lie costs FirstLeap, and the truth at most one copy of what was read.
    private ReadOnlySpan<byte> TakeMany(int length)
    {
        Grow(_stream.CanSeek ? length : Math.Min(length, FirstLeap), keep: 0);
        for (var filled = 0; ; )
        {
            var next = Math.Min(length, _rented!.Length);
            Fill(_rented.AsSpan(filled, next - filled));
            if (next == length)
                return _rented.AsSpan(0, length);
            filled = next;
            Grow((int)Math.Min(length, 2L * filled), keep: filled);
        }
    }

    private void Grow(int length, int keep)
    {
        if (_rented?.Length >= length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(length);
        _rented.AsSpan(0, keep).CopyTo(larger);
        Release();
        _rented = larger;
    }

    private readonly void Fill(Span<byte> bytes)
    {
        var read = _stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length)
            throw new ParseException($"The bytes end {bytes.Length - read} too early.");
    }
}
