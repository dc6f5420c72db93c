// What each thread is doing, as far as its own events and the task library's tell.
using Scope.Events;

namespace Scope.Pipeline.Correlate;

/// <summary>One thread.</summary>
struct ThreadState
{
    /// <summary>The runtime activity it is in, or the span it works for, where we were told or could join it.</summary>
    public SpanId Activity;

    /// <summary>Whether anything has said what activity it is in, also "none".</summary>
    public bool IsKnown;

    /// <summary>The last event it raised.</summary>
    public EventId LastEvent;

    /// <summary>The last exception it raised.</summary>
    public LastFault Fault;

    /// <summary>A thread that has done nothing yet.</summary>
    public static ThreadState New => new() { LastEvent = EventId.None, Fault = LastFault.None };
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

    /// <summary>Forgets what activity each thread is in, of the threads that this holds for.</summary>
    public void ForgetActivities(Func<ThreadId, bool> which)
    {
        for (var i = 1; i < _threads.Length; i++)
            if (_threads[i].IsKnown && which(new(i))) (_threads[i].Activity, _threads[i].IsKnown) = (default, false);
    }

    void Grow(int id)
    {
        var length = _threads.Length;
        Array.Resize(ref _threads, Math.Max(id + 1, length * 2));
        _threads.AsSpan(length).Fill(ThreadState.New);
    }

    /// <summary>No threads yet.</summary>
    public ThreadTable() => _threads.AsSpan().Fill(ThreadState.New);
}
