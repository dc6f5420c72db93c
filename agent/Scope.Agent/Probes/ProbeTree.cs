// Calls below a call, for the terminal: calls are told when they end, so the inner ones come first; they are held until the
// outermost ends, and then stand below it in the order in which they began, each further in than the one that holds it. An
// async method ends a moment after the one that awaits it, which goes on inside of its end; so the outermost waits that moment.
using System.Diagnostics;
using Scope.Events;

namespace Scope.Agent.Probes;

/// <summary>Puts calls under the call that they were made in.</summary>
sealed class ProbeTree
{
    const int WaitMillis = 20;

    static readonly long WaitTicks = Stopwatch.Frequency * WaitMillis / 1000;

    readonly List<ProbeCall> _held = [];
    readonly Queue<ProbeCall> _outermost = [];

    /// <summary>Takes a call; gives those that are complete, with how deep each stands.</summary>
    public IEnumerable<(ProbeCall Call, int Depth)> Take(ProbeCall call)
    {
        if (call.Probe.Spec.TreeDepth == 0) return [(call, 0)];
        if (_held.Count >= Limits.ProbeOpenCalls) _held.RemoveRange(0, _held.Count / 2);
        if (call.Probe.IsBelow) _held.Add(call);
        else _outermost.Enqueue(call);
        return Complete(EndOf(call) - WaitTicks);
    }

    /// <summary>Gives what is left.</summary>
    public IEnumerable<(ProbeCall Call, int Depth)> End() => Complete(long.MaxValue);

    List<(ProbeCall Call, int Depth)> Complete(long untilTicks)
    {
        var told = new List<(ProbeCall, int)>();
        while (_outermost.TryPeek(out var outermost) && EndOf(outermost) < untilTicks)
        {
            _outermost.Dequeue();
            var below = _held.Where(inner => IsWithin(inner, outermost)).OrderBy(inner => inner.BeginTicks).ThenByDescending(EndOf).ToList();
            _held.RemoveAll(below.Contains);
            told.Add((outermost, 0));
            var around = new Stack<ProbeCall>([outermost]);
            foreach (var inner in below)
            {
                while (around.Count > 1 && !IsWithin(inner, around.Peek())) around.Pop();
                told.Add((inner, around.Count));
                around.Push(inner);
            }
        }
        return told;
    }

    // What runs on one thread is of one call, and stands deeper; an async method may end on another thread than it began on.
    static bool IsWithin(ProbeCall inner, ProbeCall outer)
    {
        if (inner.BeginTicks < outer.BeginTicks || inner.BeginTicks > EndOf(outer)) return false;
        if (inner.Probe.Async is not null || outer.Probe.Async is not null) return EndOf(inner) <= EndOf(outer) + WaitTicks;
        return inner.Thread == outer.Thread && inner.Depth > outer.Depth && EndOf(inner) <= EndOf(outer);
    }

    static long EndOf(ProbeCall call) => call.BeginTicks + (call.DurationTicks ?? 0);
}
