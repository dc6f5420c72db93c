// A stream as a socket gives it: what was sent so far can be read, more may come, and a reader can wait a while for it.
using Scope.Events;

namespace Scope.Attach.Tests.Nettrace;

sealed class LiveStream : OneWayStream
{
    readonly Lock _lock = new();
    readonly ManualResetEventSlim _arrived = new();
    readonly Queue<byte[]> _chunks = new();
    int _used;
    bool _ended;
    string? _failure;

    /// <summary>How often the reader found nothing within its patience.</summary>
    public int Silences { get; private set; }

    public void Send(ReadOnlySpan<byte> bytes)
    {
        lock (_lock) _chunks.Enqueue(bytes.ToArray());
        _arrived.Set();
    }

    public void End(string? failure = null)
    {
        lock (_lock) (_ended, _failure) = (true, failure);
        _arrived.Set();
    }

    public bool WaitForData(int millis)
    {
        var has = _arrived.Wait(millis);
        if (!has) Silences++;
        return has;
    }

    public override int Read(Span<byte> buffer)
    {
        _arrived.Wait();
        lock (_lock)
        {
            if (_chunks.Count == 0) return _failure is null ? 0 : throw new IOException(_failure);
            var chunk = _chunks.Peek();
            var take = Math.Min(buffer.Length, chunk.Length - _used);
            chunk.AsSpan(_used, take).CopyTo(buffer);
            _used += take;
            if (_used == chunk.Length)
            {
                _chunks.Dequeue();
                _used = 0;
            }
            if (_chunks.Count == 0 && !_ended) _arrived.Reset();
            return take;
        }
    }
}
