// A recording made long: its events again and again, later each time, as they came or at a steady rate. Names, methods and stacks are the
// same, as a service's are; spans, flows and payloads are others each time.
using Scope.Events;
using Scope.Store;
using Scope.Store.Postgres;
using Scope.Store.Recordings;

namespace Scope.Benchmarks;

sealed class AgainAndAgain
{
    const long Second = 1_000_000_000;

    readonly Random _random = new(2);
    readonly Catalog _catalog;
    readonly List<StoredEvent> _events;
    readonly long _many, _nanosARound;
    readonly long? _eventsASecond;
    readonly bool _withIdentities;
    readonly int _spans, _flows, _payloads;
    readonly SpanKey[] _keys;
    readonly byte[][] _texts;
    int _rounds = 1;

    /// <param name="recording">What is said again and again; its catalog gets the identities, so it is for one of these only.</param>
    /// <param name="many">How many events in all.</param>
    /// <param name="withIdentities">Whether spans, flows and payloads get entries of their own, else only numbers.</param>
    /// <param name="eventsASecond">At which rate; null for the times between them that they had.</param>
    public AgainAndAgain(Recording recording, long many, bool withIdentities, long? eventsASecond = null)
    {
        (_catalog, _events, _many, _eventsASecond, _withIdentities) = (recording.Catalog, recording.List(EventQuery.All), many, eventsASecond, withIdentities);
        _nanosARound = _events.Max(e => e.Event.Time.UnixNanos) - _events[0].Event.Time.UnixNanos;
        (_spans, _flows, _payloads) = (_catalog.Spans.LastId, _catalog.Flows.LastId, _catalog.Payloads.LastId);
        _keys = [.. Enumerable.Range(1, _spans).Select(i => _catalog.Spans[new SpanId(i)])];
        _texts = [.. Enumerable.Range(1, _payloads).Select(i => _catalog.Payloads.Bytes(new(i)).ToArray())];
        Seconds = eventsASecond is { } rate ? many / rate : (long)((double)many / _events.Count * _nanosARound / Second);
        Start = Hour.Of(EventTime.Now - (Seconds + 7200) * Second).Start;
    }

    /// <summary>How long it is.</summary>
    public long Seconds { get; }

    /// <summary>When it begins: long enough ago that all of it is over.</summary>
    public EventTime Start { get; }

    /// <summary>As <see cref="Read"/>, but never enough for a batch: as events come while a service is watched live.</summary>
    public int ReadLittle(EventId from, Span<ScopeEvent> into, out EventId first) => Read(from, into[..(Limits.SegmentFrameEvents - 1)], out first);

    /// <summary>As the hot index's.</summary>
    public int Read(EventId from, Span<ScopeEvent> into, out EventId first)
    {
        first = from;
        var count = (int)Math.Min(into.Length, _many - from.Value);
        for (var i = 0; i < count; i++)
        {
            var (round, place) = Math.DivRem(from.Value + i, _events.Count);
            if (_withIdentities) while (_rounds <= round) Identify();
            var e = _events[(int)place].Event;
            e.Time = Start + (_eventsASecond is { } rate ? (from.Value + i) * (Second / rate) : round * _nanosARound + (e.Time - _events[0].Event.Time));
            if (!e.Span.IsNone) e.Span = new(e.Span.Value + (int)round * _spans);
            if (!e.Parent.IsNone) e.Parent = new(e.Parent.Value + (int)round * _spans);
            if (!e.Flow.IsNone) e.Flow = new(e.Flow.Value + (int)round * _flows);
            if (_withIdentities && !e.Payload.IsNone) e.Payload = new(e.Payload.Value + (int)round * _payloads);
            into[i] = e;
        }
        return count;
    }

    // New ids of the same kinds as those of the first time.
    void Identify()
    {
        var traces = new Dictionary<UInt128, UInt128>();
        UInt128 Trace(UInt128 of) => traces.TryGetValue(of, out var other) ? other : traces[of] = new((ulong)_random.NextInt64(), (ulong)_random.NextInt64());
        for (var i = 1; i <= _flows; i++)
            if (_catalog.Flows[new FlowId(i)] is var trace && trace == 0) _catalog.Flows.New();
            else _catalog.Flows.Intern(Trace(trace));
        foreach (var key in _keys)
            if (key == default) _catalog.Spans.New();
            else if (key.IsActivity) _catalog.Spans.New(new(key.TraceOrActivity + (UInt128)_rounds, 0));
            else _catalog.Spans.Intern(new(Trace(key.TraceOrActivity), (ulong)_random.NextInt64(1, long.MaxValue)));
        foreach (var text in _texts) _catalog.Payloads.Add(text.Length == 0 ? [0, 0] : text);
        _rounds++;
    }
}
