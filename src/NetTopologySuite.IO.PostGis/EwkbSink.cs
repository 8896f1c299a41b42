using System.Buffers.Binary;

namespace NetTopologySuite.IO;

/// <summary>Gathers numbers in one byte order and hands them to a stream by the bufferful: a point is one write.</summary>
internal ref struct EwkbSink(Stream stream, Span<byte> buffer, bool littleEndian)
{
    public const int BufferBytes = 512;

    private readonly Stream _stream = stream;
    private readonly Span<byte> _buffer = buffer;
    private readonly bool _littleEndian = littleEndian;
    private int _used;

    public void ByteOrder() => Room(1)[0] = _littleEndian ? (byte)1 : (byte)0;

    public void UInt32(uint value)
    {
        if (_littleEndian)
            BinaryPrimitives.WriteUInt32LittleEndian(Room(sizeof(uint)), value);
        else
            BinaryPrimitives.WriteUInt32BigEndian(Room(sizeof(uint)), value);
    }

    public void Double(double value)
    {
        if (_littleEndian)
            BinaryPrimitives.WriteDoubleLittleEndian(Room(sizeof(double)), value);
        else
            BinaryPrimitives.WriteDoubleBigEndian(Room(sizeof(double)), value);
    }

    public void Flush()
    {
        _stream.Write(_buffer[.._used]);
        _used = 0;
    }

    private Span<byte> Room(int bytes)
    {
        if (_used + bytes > _buffer.Length)
            Flush();
        _used += bytes;
        return _buffer[(_used - bytes).._used];
    }
}
