// Why an event happened, and what came of it, step by step to a depth.
//
// What is the cause of what
//  1. A link says so: it stands right after its effect and holds the id of the cause.
//  2. An event in a span is there because of the span, and a span because of the span above it. A span is told by two events,
//     its start and its end; they are one step, for which the end stands where there is one, as that knows how long it took.
//
// Causes are a few look-ups by id and along chains of spans. Effects are looked for among the events of the flow, which are
// read once, and among the links of other flows, which hand a lock or a task from one flow to another.
using Scope.Events;

namespace Scope.Store.Query;

/// <summary>An event that was reached.</summary>
/// <param name="Stored">The event.</param>
/// <param name="Depth">How many steps away; 0 for the event that was started from.</param>
/// <param name="By">How the last step went; none at the start.</param>
/// <param name="From">The event that the last step came from.</param>
public readonly record struct CausalStep(StoredEvent Stored, int Depth, LinkKind By, EventId From);

/// <summary>Follows causes and effects through a history. For one question.</summary>
public sealed class CausalWalk(IHistory history)
{
    static readonly KindSet SpanKinds = new(KindSet.Spans.Bits | KindSet.SpanStarts.Bits);

    readonly List<CausalStep> _steps = [];
    readonly HashSet<EventId> _seen = [];
    readonly Dictionary<FlowId, FlowEvents> _flows = [];
    Dictionary<long, List<(EventId Effect, LinkKind Kind)>>? _linksByCause;

    /// <summary>Whether there was more than <see cref="Limits.FollowedEvents"/>, of which the rest was left out.</summary>
    public bool IsCut { get; private set; }

    /// <summary>What led to an event, nearest first; the event itself first of all. Empty when the history does not hold it.</summary>
    public IReadOnlyList<CausalStep> CausesOf(EventId id, int depth) => Follow(id, depth, AddCauses);

    /// <summary>What came of an event, nearest first; the event itself first of all.</summary>
    public IReadOnlyList<CausalStep> EffectsOf(EventId id, int depth) => Follow(id, depth, AddEffects);

    IReadOnlyList<CausalStep> Follow(EventId id, int depth, Action<CausalStep> add)
    {
        if (!history.TryGet(id, out var e)) return [];
        Begin(new(id, e));
        for (var i = 0; i < _steps.Count && !IsCut; i++)
            if (_steps[i].Depth < depth) add(_steps[i]);
        return _steps;
    }

    void Begin(StoredEvent start)
    {
        _steps.Add(new(start, 0, LinkKind.None, EventId.None));
        _seen.Add(start.Id);
        _seen.Add(EndOf(start).Id);
    }

    void Reach(StoredEvent stored, CausalStep by, LinkKind kind)
    {
        stored = EndOf(stored);
        if (_seen.Contains(stored.Id)) return;
        if (_steps.Count >= Limits.FollowedEvents)
        {
            IsCut = true;
            return;
        }
        _seen.Add(stored.Id);
        _steps.Add(new(stored, by.Depth + 1, kind, by.Stored.Id));
    }

    // Links lead to where a span starts, which came first; the step is its end where that is held.
    StoredEvent EndOf(StoredEvent stored) => KindSet.SpanStarts.Contains(stored.Event.Kind) && Halves(stored.Event.Span) is { Count: > 0 } halves ? halves[^1] : stored;

    void AddCauses(CausalStep step)
    {
        var e = step.Stored.Event;
        AddLinkedCauses(step, step.Stored.Id);
        if (!SpanKinds.Contains(e.Kind))
        {
            ReachSpan(e.Span, step);
            return;
        }
        if (OtherHalf(step.Stored) is { } other) AddLinkedCauses(step, other.Id);
        ReachSpan(e.Parent, step);
    }

    void AddLinkedCauses(CausalStep step, EventId effect)
    {
        for (var at = effect.Value + 1; history.TryGet(new(at), out var link) && link.Kind == EventKind.Link; at++)
            if (at - link.Related.Value == effect.Value && history.TryGet(new(link.Value), out var cause)) Reach(new(new(link.Value), cause), step, (LinkKind)link.Detail);
    }

    void ReachSpan(SpanId span, CausalStep by)
    {
        if (Halves(span) is { Count: > 0 } halves) Reach(halves[^1], by, LinkKind.ParentChild);
    }

    StoredEvent? OtherHalf(StoredEvent half)
    {
        foreach (var other in Halves(half.Event.Span)) if (other.Id != half.Id) return other;
        return null;
    }

    /// <summary>The events that tell a span, its start before its end.</summary>
    List<StoredEvent> Halves(SpanId span) => span.IsNone ? [] : history.List(new() { Span = span, Kinds = SpanKinds });

    void AddEffects(CausalStep step)
    {
        var e = step.Stored.Event;
        AddLinkedEffects(step, step.Stored.Id);
        if (!SpanKinds.Contains(e.Kind) || e.Span.IsNone) return;
        if (OtherHalf(step.Stored) is { } other) AddLinkedEffects(step, other.Id);
        var flow = FlowOf(e.Flow, e.Span);
        foreach (var child in flow.Children(e.Span)) Reach(child, step, LinkKind.ParentChild);
        foreach (var inside in flow.Inside(e.Span)) Reach(inside, step, LinkKind.ParentChild);
    }

    void AddLinkedEffects(CausalStep step, EventId cause)
    {
        _linksByCause ??= ReadLinks(_steps[0].Stored);
        if (!_linksByCause.TryGetValue(cause.Value, out var links)) return;
        foreach (var (effect, kind) in links)
            if (history.TryGet(effect, out var e)) Reach(new(effect, e), step, kind);
    }

    Dictionary<long, List<(EventId, LinkKind)>> ReadLinks(StoredEvent from)
    {
        var links = new Dictionary<long, List<(EventId, LinkKind)>>();
        // A span's end comes after its effects, so the links begin where it began; what is caused at all is so soon.
        var begin = from.Event.StartTime;
        if (SpanKinds.Contains(from.Event.Kind) && OtherHalf(from) is { } other && other.Event.Time < begin) begin = other.Event.Time;
        history.Visit(new() { Kinds = KindSet.Of(EventKind.Link), From = begin, To = from.Event.Time + Limits.FollowedNanos }, (EventId id, in ScopeEvent link) =>
        {
            if (!links.TryGetValue(link.Value, out var list)) links[link.Value] = list = [];
            list.Add((new(id.Value - link.Related.Value), (LinkKind)link.Detail));
            return links.Count < Limits.FollowedLinks || !(IsCut = true);
        });
        return links;
    }

    FlowEvents FlowOf(FlowId flow, SpanId span)
    {
        if (_flows.TryGetValue(flow, out var events)) return events;
        events = new(history, flow.IsNone ? new() { Span = span, Limit = Limits.FollowedEvents } : new() { Flow = flow, Limit = Limits.FollowedEvents });
        if (!flow.IsNone) _flows[flow] = events;
        return events;
    }

    /// <summary>The events of one flow by their span.</summary>
    sealed class FlowEvents
    {
        readonly ILookup<SpanId, StoredEvent> _inside, _children;

        public FlowEvents(IHistory history, EventQuery query)
        {
            var events = history.List(query).Where(stored => stored.Event.Kind != EventKind.Link).ToList();
            _inside = events.Where(stored => !SpanKinds.Contains(stored.Event.Kind)).ToLookup(stored => stored.Event.Span);
            // Of each span the end, or the start of one that has not ended.
            _children = events.Where(stored => SpanKinds.Contains(stored.Event.Kind)).GroupBy(stored => stored.Event.Span).Select(span => span.Last()).ToLookup(stored => stored.Event.Parent);
        }

        public IEnumerable<StoredEvent> Inside(SpanId span) => _inside[span];

        public IEnumerable<StoredEvent> Children(SpanId span) => _children[span].Where(child => child.Event.Span != span);
    }
}
