// What comes out of an archive: the bytes that were looked at already, then the rest, up to a bound.
using Scope.Events;

namespace Scope.Attach.Import;

sealed class UnpackedStream(ReadOnlyMemory<byte> head, Stream rest, long boundBytes = Limits.ImportUnpackedBytes) : Stream
{
    ReadOnlyMemory<byte> _head = head;
    long _given;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (_given >= boundBytes) throw new InvalidDataException($"it unfolds to more than {boundBytes} bytes, and no more are believed");
        int read;
        if (_head.Length > 0)
        {
            read = Math.Min(buffer.Length, _head.Length);
            _head.Span[..read].CopyTo(buffer);
            _head = _head[read..];
        }
        else
        {
            read = rest.Read(buffer);
        }
        _given += read;
        return read;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Flush() { }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
