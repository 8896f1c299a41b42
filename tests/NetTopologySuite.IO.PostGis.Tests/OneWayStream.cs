namespace NetTopologySuite.IO.Tests;

/// <summary>Bytes as a network gives them: no length, no way back, and fewer at a time than asked for.</summary>
public sealed class OneWayStream(byte[] bytes, int atATime = 7000) : Stream
{
    private int _position;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var taken = Math.Min(Math.Min(count, atATime), bytes.Length - _position);
        bytes.AsSpan(_position, taken).CopyTo(buffer.AsSpan(offset));
        _position += taken;
        return taken;
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
