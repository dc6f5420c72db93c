// The spans that events can belong to now: all open ones and the ended ones of the last moments. Bounded: past its limits
// the oldest ended span is forgotten, and when none has ended the oldest open one is taken for abandoned.
using Scope.Events;

namespace Scope.Pipeline.Correlate;

/// <summary>Open and lately ended spans, by their id and by their runtime activity. Used by the correlator's thread.</summary>
sealed class SpanTable(int maxOpen = Limits.OpenSpans, int maxEnded = Limits.EndedSpans)
{
    const int None = -1;

    SpanState[] _states = new SpanState[256];
    int _used;
    readonly HandleMap _bySpan = new(1024), _byActivity = new(1024);
    (int First, int Last, int Count) _open = (None, None, 0), _ended = (None, None, 0);
    int _free = None;

    /// <summary>How many are open.</summary>
    public int OpenCount => _open.Count;

    /// <summary>The state at a place.</summary>
    public ref SpanState this[int at] => ref _states[at];

    /// <summary>The place of a span, or -1.</summary>
    public int Find(SpanId span) => _bySpan[span.Value];

    /// <summary>The place of the span that last began in a runtime activity, or -1.</summary>
    public int FindByActivity(SpanId activity) => _byActivity[activity.Value];

    /// <summary>The open span that has been open longest, or -1.</summary>
    public int OldestOpen => _open.First;

    /// <summary>Whether one more would be too many, so that the oldest has to be closed first.</summary>
    public bool IsFull => _open.Count >= maxOpen;

    /// <summary>Adds a span that has begun.</summary>
    public int Add(in SpanState state)
    {
        var at = Take();
        _states[at] = state;
        Append(ref _open, at);
        _bySpan.Set(state.Span.Value, at);
        if (!state.Activity.IsNone) _byActivity.Set(state.Activity.Value, at);
        return at;
    }

    /// <summary>A span has ended; it can be found until it is forgotten.</summary>
    public void End(int at)
    {
        if (_states[at].HasEnded) return;
        Unlink(ref _open, at);
        _states[at].HasEnded = true;
        Append(ref _ended, at);
        if (_ended.Count > maxEnded) Forget(_ended.First);
    }

    void Forget(int at)
    {
        Unlink(ref _ended, at);
        ref var state = ref _states[at];
        _bySpan.Remove(state.Span.Value, at);
        if (!state.Activity.IsNone) _byActivity.Remove(state.Activity.Value, at);
        state = default;
        state.Next = _free;
        _free = at;
    }

    int Take()
    {
        if (_free != None)
        {
            var at = _free;
            _free = _states[at].Next;
            return at;
        }
        if (_used == _states.Length) Array.Resize(ref _states, _used * 2);
        return _used++;
    }

    void Append(ref (int First, int Last, int Count) list, int at)
    {
        (_states[at].Previous, _states[at].Next) = (list.Last, None);
        if (list.Last == None) list.First = at; else _states[list.Last].Next = at;
        list.Last = at;
        list.Count++;
    }

    void Unlink(ref (int First, int Last, int Count) list, int at)
    {
        ref var state = ref _states[at];
        if (state.Previous == None) list.First = state.Next; else _states[state.Previous].Next = state.Next;
        if (state.Next == None) list.Last = state.Previous; else _states[state.Next].Previous = state.Previous;
        list.Count--;
    }
}
