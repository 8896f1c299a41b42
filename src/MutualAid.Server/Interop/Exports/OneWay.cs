namespace MutualAid.Server.Interop.Exports;

/// <summary>A stream that can only be written on and on: what was written may have been sent already.</summary>
internal sealed class OneWay(Stream into) : Stream
{
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => into.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => into.Write(buffer);

    public override void Flush() => into.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
