// What comes out of an archive: the bytes that were looked at already, then the rest, up to a bound.
using Scope.Events;

namespace Scope.Attach.Import;

sealed class UnpackedStream(ReadOnlyMemory<byte> head, Stream rest, long boundBytes = Limits.ImportUnpackedBytes) : OneWayStream
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
}
