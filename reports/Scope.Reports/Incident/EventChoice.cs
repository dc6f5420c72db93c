// Which events go into the file whole. A recording holds millions, a file that a phone opens some hundred thousand:
// evidence first, then the flows that tell the story, then errors while there is room.
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>The events and flows that sections asked for.</summary>
sealed class EventChoice(int lastFlow)
{
    readonly HashSet<EventId> _events = [];
    readonly ulong[] _flows = new ulong[lastFlow / 64 + 1];

    /// <summary>The flows, in the order in which they were asked for.</summary>
    public List<FlowId> Flows { get; } = [];

    /// <summary>The evidence, which keeps its text longer than other events.</summary>
    public HashSet<EventId> Evidence { get; } = [];

    /// <summary>Asks for one event.</summary>
    public void Add(EventId id)
    {
        if (_events.Count < Limits.ReportEvents / 20) _events.Add(id);
    }

    /// <summary>Asks for all of a flow.</summary>
    public void Add(FlowId flow)
    {
        if (flow.IsNone || flow.Value / 64 >= _flows.Length || Has(flow) || Flows.Count >= Limits.ReportFlows) return;
        _flows[flow.Value / 64] |= 1UL << (flow.Value % 64);
        Flows.Add(flow);
    }

    /// <summary>Whether the event was asked for by itself.</summary>
    public bool Has(EventId id) => Evidence.Contains(id) || _events.Contains(id);

    /// <summary>Whether the flow was asked for.</summary>
    public bool Has(FlowId flow) => (uint)flow.Value / 64 < _flows.Length && (_flows[flow.Value / 64] >> (flow.Value % 64) & 1) != 0;
}
