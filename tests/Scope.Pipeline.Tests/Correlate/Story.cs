// A few events of one process, told by hand in the words of the sources, and what the correlator makes of them.
using Scope.Events;
using Scope.Pipeline.Correlate;

namespace Scope.Pipeline.Tests.Correlate;

sealed class Story : IEventSink
{
    readonly Correlator _correlator;
    long _now = 1_000_000;

    public Story()
    {
        Target = Catalog.Targets.Add(new(1, "t", "", "", "", "", EventTime.Min, 0, ""));
        _correlator = new(Catalog, Ledger, this);
    }

    public Catalog Catalog { get; } = new();
    public Ledger Ledger { get; } = new();
    public TargetId Target { get; }
    public List<ScopeEvent> Told { get; } = [];
    public Correlator Correlator => _correlator;

    public ScopeEvent Last => Told[^1];

    public IEnumerable<ScopeEvent> Of(EventKind kind) => Told.Where(e => e.Kind == kind);

    /// <summary>A W3C span of trace 9.</summary>
    public SpanId W3C(ulong span) => Catalog.Spans.Intern(new(9, span));

    /// <summary>A runtime activity.</summary>
    public SpanId Activity(Guid guid) => Catalog.Spans.Intern(SpanKey.OfActivity(guid));

    /// <summary>A thread.</summary>
    public ThreadId Thread(int id) => Catalog.Threads.Intern(Target, id);

    /// <summary>Something happens, a microsecond after the last.</summary>
    public ScopeEvent Tell(EventKind kind, int thread, SpanId span = default, SpanId parent = default, SpanId activity = default, long value = 0, ushort detail = 0, string name = "", EventFlags flags = EventFlags.None)
    {
        var e = new ScopeEvent
        {
            Time = new(_now += 1000), Kind = kind, Target = Target, Thread = Thread(thread), Span = span, Parent = parent, Related = RelatedId.Of(activity),
            Value = value, Detail = detail, Name = Catalog.Names.Intern(name), Flags = flags,
        };
        if (!span.IsNone && (flags & EventFlags.SpanUnresolved) == 0) e.Flow = Catalog.Flows.Intern(9);
        _correlator.Process(ref e);
        return e;
    }

    /// <summary>Something happens in a runtime activity.</summary>
    public ScopeEvent TellIn(EventKind kind, int thread, SpanId activity, long value = 0, ushort detail = 0, string name = "", EventFlags flags = EventFlags.None) =>
        Tell(kind, thread, activity, value: value, detail: detail, name: name, flags: flags | EventFlags.SpanUnresolved);

    public EventId Append(in ScopeEvent e)
    {
        Told.Add(e);
        return new(Told.Count - 1);
    }

    public void Advance(EventTime noneBefore) { }
}
