// What each thread is doing, as far as its own events and the task library's tell.
using Scope.Events;

namespace Scope.Pipeline.Correlate;

/// <summary>One thread.</summary>
struct ThreadState
{
    /// <summary>The runtime activity it is in, where we were told or could join it.</summary>
    public SpanId Activity;

    /// <summary>Whether anything has said what activity it is in, also "none".</summary>
    public bool IsKnown;

    /// <summary>Whether the task library itself told it, which beats all joining.</summary>
    public bool IsExact;

    /// <summary>The last event it raised.</summary>
    public EventId LastEvent;

    /// <summary>The last exception it raised, when, of which type, and the place of its span.</summary>
    public EventId Exception;
    public EventTime ExceptionAt;
    public NameId ExceptionType;
}

/// <summary>The threads of a recording, by their dense id.</summary>
sealed class ThreadTable
{
    ThreadState[] _threads = new ThreadState[256];

    /// <summary>The state of a thread; of all threads nobody named together for none.</summary>
    public ref ThreadState this[ThreadId thread]
    {
        get
        {
            if (thread.Value >= _threads.Length) Grow(thread.Value);
            return ref _threads[thread.Value];
        }
    }

    void Grow(int id)
    {
        var length = _threads.Length;
        Array.Resize(ref _threads, Math.Max(id + 1, length * 2));
        for (var i = length; i < _threads.Length; i++) _threads[i].LastEvent = _threads[i].Exception = EventId.None;
    }

    public ThreadTable()
    {
        for (var i = 0; i < _threads.Length; i++) _threads[i].LastEvent = _threads[i].Exception = EventId.None;
    }
}
