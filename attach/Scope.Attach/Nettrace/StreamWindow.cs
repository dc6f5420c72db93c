// The stretch of the stream that is in memory: one buffer, filled at the end, read at the position, and forgotten from the
// start. Payloads of events that wait to be sorted stay where they were read, so nothing is copied: whoever waits says
// from where on bytes must stay, and is asked only when room is needed. Places are offsets in the stream, which a move
// of the buffer does not change.
using System.Buffers;
using Scope.Events;

namespace Scope.Attach.Nettrace;

sealed class StreamWindow(Stream stream)
{
    /// <summary>Readable bytes after the last one, so that a header is decoded without a check per byte and checked once at its end. The longest one of any version has 100.</summary>
    public const int Slack = 128;

    byte[] _bytes = ArrayPool<byte>.Shared.Rent(Limits.NettraceReadBytes);
    int _position, _end;
    long _start;

    /// <summary>The first offset that somebody still needs, or <see cref="long.MaxValue"/>.</summary>
    public Func<long> FirstNeeded { private get; set; } = () => long.MaxValue;

    /// <summary>Why reading the stream failed, when it did not merely end.</summary>
    public string? Failure { get; private set; }

    /// <summary>Where in the stream we stand.</summary>
    public long Offset => _start + _position;

    /// <summary>How much of the stream has been read.</summary>
    public long BytesRead => _start + _end;

    /// <summary>How many bytes are at hand.</summary>
    public int Available => _end - _position;

    /// <summary>The bytes at hand from the position on.</summary>
    public ReadOnlySpan<byte> Ahead => _bytes.AsSpan(_position, Available);

    /// <summary>Bytes of the stream at an offset that is still held.</summary>
    public ReadOnlySpan<byte> At(long offset, int length) => _bytes.AsSpan((int)(offset - _start), length);

    /// <summary>The first byte of the buffer, for the decoder of headers; <see cref="IndexOf"/> says where an offset stands from it.</summary>
    public ref byte First => ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_bytes);

    /// <summary>Where an offset of the stream stands in the buffer.</summary>
    public int IndexOf(long offset) => (int)(offset - _start);

    /// <summary>Moves the position on over bytes that are at hand.</summary>
    public void Skip(int count) => _position += count;

    /// <summary>Reads until this many bytes are at hand; false when the stream ends before. Memory grows with what arrives, never with what was promised.</summary>
    public bool Fill(int count)
    {
        while (_end - _position < count)
        {
            if (_end == _bytes.Length - Slack) MakeRoom();
            var read = ReadSome();
            if (read <= 0) return false;
            _end += read;
        }
        return true;
    }

    /// <summary>Gives the memory back; nothing may be read after it.</summary>
    public void Release()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    int ReadSome()
    {
        try
        {
            return stream.Read(_bytes, _end, Math.Min(_bytes.Length - Slack - _end, Limits.NettraceReadBytes));
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidDataException or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            Failure = e.Message;
            return 0;
        }
    }

    void MakeRoom()
    {
        var keepFrom = (int)Math.Clamp(FirstNeeded() - _start, 0, _position);
        var old = _bytes;
        if (keepFrom < (old.Length - Slack) / 2) _bytes = ArrayPool<byte>.Shared.Rent(old.Length * 2);
        Buffer.BlockCopy(old, keepFrom, _bytes, 0, _end - keepFrom);
        if (old != _bytes) ArrayPool<byte>.Shared.Return(old);
        _start += keepFrom;
        _position -= keepFrom;
        _end -= keepFrom;
    }
}
