// The one catalog of an answer from several tiers, and what is known of spans, flows and processes in it: the catalog itself
// finds identities of the last minutes only, and an answer may be of days.
using Scope.Events;

namespace Scope.Store.Query.Merge;

/// <summary>The catalog of an answer.</summary>
sealed class AnswerCatalog
{
    readonly Dictionary<SpanKey, SpanId> _spans = [];
    readonly Dictionary<UInt128, FlowId> _flows = [];
    readonly Dictionary<(string Recording, int Pid, EventTime Started, string Name), TargetId> _targets = [];

    /// <summary>The dictionaries.</summary>
    public Catalog Catalog { get; } = new(Limits.AnswerPayloadBytes);

    /// <summary>The span of an identity. Only a W3C id names one span for ever: a runtime activity's is used again, and then, as without any, each is a new one.</summary>
    public SpanId Span(SpanKey key)
    {
        if (key.IsActivity) return Catalog.Spans.New(key);
        if (!_spans.TryGetValue(key, out var id)) _spans[key] = id = Catalog.Spans.New(key);
        return id;
    }

    /// <summary>The flow of a trace id, or a new one without.</summary>
    public FlowId Flow(UInt128 trace)
    {
        if (trace == 0) return Catalog.Flows.New();
        if (!_flows.TryGetValue(trace, out var id)) _flows[trace] = id = Catalog.Flows.Intern(trace);
        return id;
    }

    /// <summary>A process: the same in two recordings if it is known to have started at the same time.</summary>
    public TargetId Target(string recording, TargetInfo target)
    {
        var key = (target.StartTime == EventTime.Min ? recording : "", target.Pid, target.StartTime, target.Name);
        if (_targets.TryGetValue(key, out var id)) Catalog.Targets.Update(id, target);
        else if (Catalog.Targets.All.Count < Limits.Targets) _targets[key] = id = Catalog.Targets.Add(target);
        return id;
    }
}
