// The chosen events, in the order of time, as columns: numbers as differences where they grow, texts and stacks as places
// in the report's tables. Every other part of the report points here.
using System.Text.Json;
using Scope.Events;
using Scope.Store;

namespace Scope.Reports.Incident;

/// <summary>The events that the report holds whole.</summary>
sealed class EventTable
{
    const int SamplesOfAFlow = 150;

    static readonly KindSet Noisy = KindSet.Of(EventKind.CpuSample, EventKind.TaskScheduled, EventKind.TaskStarted, EventKind.TaskCompleted, EventKind.TaskWait,
        EventKind.TaskWaitStart, EventKind.WaitStart, EventKind.Allocation);
    static readonly KindSet Redundant = KindSet.SpanStarts; // The end of a span tells its start too.
    static readonly KindSet Landmarks = KindSet.Of(EventKind.GcPause, EventKind.PoolAdjust, EventKind.ProcessStarted, EventKind.ProcessExited, EventKind.Loss,
        EventKind.PressureChanged, EventKind.Snapshot, EventKind.StateChange, EventKind.ExceptionUnhandled);

    static readonly KindSet Probed = KindSet.Of(EventKind.MethodEnter, EventKind.MethodLeave, EventKind.MethodException); // Somebody asked for each of them.

    readonly List<StoredEvent> _events = [];
    readonly EventChoice _choice;
    readonly ReportTexts _texts;

    EventTable(EventChoice choice, ReportTexts texts) => (_choice, _texts) = (choice, texts);

    /// <summary>Copies what was chosen, in one pass. Evidence from outside the window comes too.</summary>
    public static EventTable Collect(IHistory history, Window window, EventChoice choice, ReportTexts texts)
    {
        var table = new EventTable(choice, texts);
        var perFlow = new Dictionary<FlowId, (int All, int Noisy)>();
        var (extras, probed, inFlows) = (0, 0, 0);
        var ofAFlow = Math.Clamp(Limits.ReportEvents * 7 / 10 / Math.Max(1, choice.Flows.Count), 100, 2000);
        history.Visit(new() { From = window.From, To = window.To + 1 }, (EventId id, in ScopeEvent e) =>
        {
            if (choice.Has(id) || InFlow(e) || IsExtra(e)) table._events.Add(new(id, e));
            return true;
        });
        table.AddMissingEvidence(history);
        return table;

        bool InFlow(in ScopeEvent e)
        {
            if (!choice.Has(e.Flow) || Redundant.Contains(e.Kind)) return false;
            var noisy = Noisy.Contains(e.Kind) ? 1 : 0;
            var soFar = perFlow.GetValueOrDefault(e.Flow);
            if (soFar.All >= ofAFlow || inFlows >= Limits.ReportEvents * 7 / 10 || soFar.Noisy + noisy > SamplesOfAFlow) return false;
            inFlows++;
            perFlow[e.Flow] = (soFar.All + 1, soFar.Noisy + noisy);
            return true;
        }

        bool IsExtra(in ScopeEvent e) => Probed.Contains(e.Kind) ? ++probed <= Limits.ReportEvents / 20 : ((e.Flags & EventFlags.Error) != 0 || Landmarks.Contains(e.Kind)) && ++extras <= Limits.ReportEvents / 4;
    }

    /// <summary>Writes the columns.</summary>
    public void Write(Utf8JsonWriter data, Window window)
    {
        data.WriteStartObject("events");
        data.Numbers("id", Differences(_events, e => e.Id.Value));
        data.Numbers("t", Differences(_events, e => window.Offset(e.Event.Time)));
        data.Numbers("kind", _events, e => (int)e.Event.Kind);
        data.Numbers("value", _events, e => e.Event.Value);
        data.Numbers("detail", _events, e => e.Event.Detail);
        data.Numbers("flags", _events, e => (int)e.Event.Flags);
        data.Numbers("name", _events, e => _texts.Of(e.Event.Name));
        data.Numbers("thread", _events, e => e.Event.Thread.Value);
        data.Numbers("span", _events, e => e.Event.Span.Value);
        data.Numbers("parent", _events, e => e.Event.Parent.Value);
        data.Numbers("flow", _events, e => e.Event.Flow.Value);
        data.Numbers("method", _events, e => _texts.FrameOf(e.Event.Method));
        data.Numbers("stack", _events, e => _texts.StackOf(e.Event.Stack));
        data.Numbers("related", _events, e => e.Event.Related.Value);
        data.WriteStartArray("payload");
        foreach (var e in _events) _texts.WritePayload(data, e.Event.Payload, _choice.Evidence.Contains(e.Id));
        data.WriteEndArray();
        data.WriteEndObject();
        data.WriteStartObject("traces");
        foreach (var flow in _choice.Flows) data.WriteString(flow.Value.ToString(), _texts.Catalog.Flows.Text(flow));
        data.WriteEndObject();
    }

    void AddMissingEvidence(IHistory history)
    {
        var here = _events.Select(e => e.Id).ToHashSet();
        foreach (var id in _choice.Evidence)
            if (!here.Contains(id) && history.TryGet(id, out var e)) _events.Add(new(id, e));
        _events.Sort((a, b) => a.Event.Time != b.Event.Time ? a.Event.Time.CompareTo(b.Event.Time) : a.Id.CompareTo(b.Id));
    }

    static IEnumerable<long> Differences(List<StoredEvent> events, Func<StoredEvent, long> value)
    {
        var last = 0L;
        foreach (var e in events)
        {
            var now = value(e);
            yield return now - last;
            last = now;
        }
    }
}
