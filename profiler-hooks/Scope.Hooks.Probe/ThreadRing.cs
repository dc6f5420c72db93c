// A thread's own ring: taken at its first record, given back when the thread is gone and its statics are collected, or taken
// from it by the agent, which sees sooner that the thread is gone.
using Scope.Hooks.Wire;

namespace Scope.Hooks.Probe;

/// <summary>The ring of the calling thread.</summary>
internal sealed unsafe class ThreadRing
{
    const int TryAgainMillis = 100;

    [ThreadStatic]
    static ThreadRing? t_current;

    readonly byte* _region;
    RingWriter _writer;
    bool _isTaken;
    long _triedAt;

    ThreadRing(byte* region) => _region = region;

    /// <summary>The id of the span that the thread worked for when it last told so, as the activity keeps it: of the activity itself nothing is held.</summary>
    public string? Span { get; set; }

    /// <summary>The ring of the calling thread, whether it has got one or not.</summary>
    public static ThreadRing Current(byte* region) => t_current ??= new ThreadRing(region);

    /// <summary>Writes a record with its text, or counts that it could not.</summary>
    public void Write(in HookRecord record, ReadOnlySpan<byte> text)
    {
        if (!_isTaken && !TryTake())
            Interlocked.Increment(ref ((RegionHeader*)_region)->DroppedWithoutRing);
        else if (text.IsEmpty)
            _writer.TryWrite(record);
        else
            _writer.TryWrite(record, text);
    }

    bool TryTake()
    {
        long now = Environment.TickCount64;
        if (_triedAt != 0 && now - _triedAt < TryAgainMillis)
            return false;
        _triedAt = now;
        if (!RingWriter.TryTake(_region, SharedMemory.Layout, SharedMemory.gettid(), out _writer))
            return false;
        _isTaken = SharedMemory.HasRoom(_writer.Start, SharedMemory.Layout.RingBytes);
        if (!_isTaken)
            _writer.GiveBack();
        return _isTaken;
    }

    ~ThreadRing()
    {
        if (_isTaken)
            _writer.GiveBack();
    }
}
