// Requests that had begun and not ended when the window did. In a hang they are what matters, and no table of requests
// that ended shows them.
using System.Text.Json;
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>The requests that are open at the end, the oldest first.</summary>
sealed class OpenRequests(Window window, ReportTexts texts) : Section
{
    readonly Dictionary<SpanId, (EventId Start, FlowId Flow, NameId Name, EventTime At)> _open = [];

    public override string Key => "open";

    public override KindSet Kinds { get; } = KindSet.Of(EventKind.RequestStart, EventKind.Request);

    public override void Take(EventId id, in ScopeEvent e)
    {
        if (e.Kind == EventKind.RequestStart)
        {
            if (_open.Count < Limits.OpenSpans) _open[e.Span] = (id, e.Flow, e.Name, e.Time);
        }
        // One whose end was made up because the recording ended did not end.
        else if ((e.Flags & EventFlags.Partial) == 0) _open.Remove(e.Span);
    }

    public override void Choose(EventChoice choice)
    {
        foreach (var request in Oldest())
        {
            choice.Add(request.Start);
            choice.Add(request.Flow);
        }
    }

    protected override void Write(Utf8JsonWriter data)
    {
        var oldest = Oldest().ToList();
        data.WriteNumber("count", _open.Count);
        data.Numbers("name", oldest, open => texts.Of(open.Name));
        data.Numbers("age", oldest, open => window.To - open.At);
        data.Numbers("event", oldest, open => open.Start.Value);
    }

    IEnumerable<(EventId Start, FlowId Flow, NameId Name, EventTime At)> Oldest() => _open.Values.OrderBy(open => open.At).Take(Limits.ReportGroups);
}
