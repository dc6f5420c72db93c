// The requests of the window, by route, with their critical paths; and each sort of call with its durations. One pass over
// the ends of spans: a child ends before its parent, so when a request ends, all it waited for is known and can be let go.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>All calls of one step: how long they took and the slowest.</summary>
internal sealed class CallStats
{
    /// <summary>How long they took.</summary>
    public LatencySketch Latency { get; } = new();

    /// <summary>The slowest.</summary>
    public TopEvidence Slowest { get; } = new();
}

/// <summary>The requests of the window.</summary>
internal sealed class Requests
{
    /// <summary>A fifth of a second is where people begin to wait; below it nobody reports a request as slow, and a busy machine makes such delays by itself.</summary>
    public const long SlowNanos = 200_000_000;

    const int AskedForAction = 8; // A route whose first requests tell no action is no controller's.
    /// <summary>A request that is open for so long is looked at before it ends: two seconds are past what a client in a hurry waits.</summary>
    public const long StuckNanos = 2_000_000_000;

    const int SwitchingProtocols = 101; // A WebSocket: it is open for as long as somebody looks, which is no slowness.

    static readonly KindSet Kinds = new(KindSet.Spans.Bits | KindSet.Of(EventKind.RequestStart).Bits);

    readonly Dictionary<FlowId, List<SpanRecord>> _open = [];
    readonly HashSet<SpanId> _inside = [];
    readonly List<SpanRecord> _mine = [];
    readonly CriticalPath _path = new();
    readonly RouteNames _names;
    readonly Catalog _catalog;
    readonly NameId _action;
    NameId[] _routeOfFlow = [];

    public Requests(Investigation at)
    {
        (_catalog, _names, _action) = (at.Catalog, new(at.Catalog.Names), at.Catalog.Names.Intern("action"));
        var open = new OpenRequests(at.History.First);
        at.History.Visit(at.Window(Kinds), (EventId id, in ScopeEvent e) =>
        {
            if (e.Kind == EventKind.RequestStart) open.Began(id, e);
            else
            {
                if (e.Kind == EventKind.Request) open.Ended(e);
                Take(id, e);
            }
            return true;
        });
        _open.Clear();
        Open = open.At(at.To, Routes.Keys, _names);
        foreach (var request in Open) Remember(request.Flow, request.Route);
    }

    /// <summary>By route.</summary>
    public Dictionary<NameId, RouteStats> Routes { get; } = [];

    /// <summary>Those that had not ended when the window did, the oldest first.</summary>
    public IReadOnlyList<OpenRequest> Open { get; }

    /// <summary>By sort of call.</summary>
    public Dictionary<Step, CallStats> Calls { get; } = [];

    /// <summary>How many requests ended.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them failed.</summary>
    public long Errors { get; private set; }

    /// <summary>The time that all of them took together.</summary>
    public long TotalNanos { get; private set; }

    /// <summary>The route of the outermost request of a flow; none when it has none.</summary>
    public NameId RouteOf(FlowId flow) => flow.Value < _routeOfFlow.Length ? _routeOfFlow[flow.Value] : default;

    /// <summary>What share of all request time a number of nanoseconds is.</summary>
    public double ShareOf(double nanos) => TotalNanos > 0 ? Math.Min(1, nanos / TotalNanos) : 0;

    void Take(EventId id, in ScopeEvent e)
    {
        var span = SpanRecord.Of(id, e, e.Kind == EventKind.Request ? _names.Of(e.Name) : e.Name);
        if (e.Kind == EventKind.Request) TakeRequest(span, e);
        // A call that had not ended is of unknown length, and often of unknown name: its end tells what it was.
        else if (span.Step.IsCall && !IsPartlySeen(e)) CallsOf(span.Step)?.Add(span);
        Keep(e.Flow, span);
    }

    /// <summary>Open when we stopped, when it may be a WebSocket, a long poll or slow, and only its end would say; or begun before we came, when its route is not known.</summary>
    static bool IsPartlySeen(in ScopeEvent e) => (e.Flags & EventFlags.Partial) != 0;

    void TakeRequest(in SpanRecord request, in ScopeEvent e)
    {
        if (e.Detail == SwitchingProtocols || IsPartlySeen(e)) return;
        if (!Routes.TryGetValue(request.Name, out var route))
        {
            if (Routes.Count >= Limits.RoutesExamined) return;
            Routes[request.Name] = route = new(request.Name);
        }
        var failed = (e.Flags & EventFlags.Error) != 0 || e.Detail >= 500;
        route.Latency.Add(request.Nanos);
        route.Slowest.Offer(request.Id, request.Nanos);
        if (route.Action.Length == 0 && route.Latency.Count <= AskedForAction) route.Action = _catalog.Payloads.Field(e.Payload, _action) ?? "";
        if (failed) route.Errors++;
        if (request.Nanos >= SlowNanos) route.Slow++;
        Count++;
        Errors += failed ? 1 : 0;
        TotalNanos += request.Nanos;
        Remember(e.Flow, request.Name);
        route.Add(_path.Of(request, Inside(request, e.Flow)));
    }

    /// <summary>The spans of a flow that stand below a request; they are done with then.</summary>
    List<SpanRecord> Inside(in SpanRecord request, FlowId flow)
    {
        _mine.Clear();
        if (flow.IsNone || !_open.TryGetValue(flow, out var spans)) return _mine;
        _inside.Clear();
        _inside.Add(request.Span);
        // Parents end after their children, so from the end backwards each parent comes first.
        for (var i = spans.Count - 1; i >= 0; i--)
        {
            if (!_inside.Contains(spans[i].Parent)) continue;
            _inside.Add(spans[i].Span);
            _mine.Add(spans[i]);
        }
        _mine.Reverse();
        spans.RemoveAll(span => _inside.Contains(span.Span));
        if (spans.Count == 0) _open.Remove(flow);
        return _mine;
    }

    void Keep(FlowId flow, in SpanRecord span)
    {
        if (flow.IsNone || span.Parent.IsNone) return; // Nobody in this flow waits for a root.
        if (!_open.TryGetValue(flow, out var spans))
        {
            if (_open.Count >= Limits.FlowsFollowed) _open.Clear(); // Flows without a request of ours (workers, callers elsewhere) gather here.
            _open[flow] = spans = [];
        }
        if (spans.Count < Limits.SpansOfFlow) spans.Add(span);
    }

    /// <summary>The outermost request of a flow ends last, so the last one told stays.</summary>
    void Remember(FlowId flow, NameId route)
    {
        if (flow.IsNone) return;
        if (flow.Value >= _routeOfFlow.Length) Array.Resize(ref _routeOfFlow, Math.Max(flow.Value + 1, _routeOfFlow.Length * 2));
        _routeOfFlow[flow.Value] = route;
    }

    CallStats? CallsOf(Step step)
    {
        if (Calls.TryGetValue(step, out var stats)) return stats;
        return Calls.Count >= Limits.RoutesExamined ? null : Calls[step] = new();
    }
}

file static class CallStatsOfSpans
{
    public static void Add(this CallStats stats, in SpanRecord span)
    {
        stats.Latency.Add(span.Nanos);
        stats.Slowest.Offer(span.Id, span.Nanos);
    }
}
