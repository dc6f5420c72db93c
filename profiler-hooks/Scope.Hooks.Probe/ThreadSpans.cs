// Which span each thread works for, at every change: by it a CPU sample or an exception, which know their thread and time,
// find their span. The runtime tells Activity.CurrentChanged where code sets it, and not where a continuation goes on with
// an execution context of its own. So the activity is kept in an AsyncLocal of ours too, whose change is told in both cases.
// An exception out of such a handler ends the process: nothing leaves it.
using System.Diagnostics;
using Scope.Hooks.Wire;

namespace Scope.Hooks.Probe;

/// <summary>Tells the span of each thread until it is disposed. One at a time.</summary>
internal sealed unsafe class ThreadSpans : IDisposable
{
    static readonly AsyncLocal<Activity?> Followed = new(static change => s_on?.Tell(change.CurrentValue));
    static ThreadSpans? s_on;

    readonly byte* _region;
    readonly Action _error;
    readonly EventHandler<ActivityChangedEventArgs> _follow;

    /// <summary>Begins to tell.</summary>
    public ThreadSpans(byte* region, Action error)
    {
        _region = region;
        _error = error;
        _follow = static (_, change) => Followed.Value = change.Current;
        Volatile.Write(ref s_on, this);
        Activity.CurrentChanged += _follow;
    }

    /// <summary>Ends it. Execution contexts that are under way take their values along, and tell nobody.</summary>
    public void Dispose()
    {
        Activity.CurrentChanged -= _follow;
        Volatile.Write(ref s_on, null);
    }

    void Tell(Activity? activity)
    {
        try
        {
            var ring = ThreadRing.Current(_region);
            string? span = activity?.SpanId.ToHexString();
            if (ReferenceEquals(ring.Span, span))
                return;
            ring.Span = span;
            var record = new HookRecord { Ticks = Stopwatch.GetTimestamp(), Kind = HookKind.ThreadSpan };
            if (activity is not null)
                HexIds.Read(activity, ref record);
            ring.Write(record, default);
        }
        catch
        {
            _error();
        }
    }
}
