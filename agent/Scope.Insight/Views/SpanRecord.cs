// What a diagnosis keeps of a span while its request is open.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>A span that has ended.</summary>
internal readonly record struct SpanRecord(EventId Id, SpanId Span, SpanId Parent, EventKind Kind, NameId Name, EventTime Start, EventTime End)
{
    /// <summary>How long it took.</summary>
    public long Nanos => Math.Max(0, End - Start);

    /// <summary>What it is, whoever asked for it.</summary>
    public Step Step => new(Kind, Name);

    /// <summary>From a span's end event, with the name that it goes by here.</summary>
    public static SpanRecord Of(EventId id, in ScopeEvent e, NameId name) => new(id, e.Span, e.Parent, e.Kind, name, e.StartTime, e.Time);
}

/// <summary>A sort of work: all calls with one statement, one host, one route.</summary>
internal readonly record struct Step(EventKind Kind, NameId Name)
{
    /// <summary>Whether it is work elsewhere that somebody waits for.</summary>
    public bool IsCall => Kind is EventKind.Sql or EventKind.ClientCall or EventKind.Message;
}
