// Which flows tell the story: the slowest, the slowest of each route, the longest that failed, and those that a probe was hit
// in. The page draws them from
// the events that they hold, so that this part only chooses.
using System.Text.Json;
using Scope.Events;
using Scope.Insight;
using Scope.Store;

namespace Scope.Reports.Incident;

/// <summary>The flows that the report holds whole.</summary>
sealed class Flows(Diagnosis diagnosis, IHistory history) : Section
{
    const int OfARoute = 3;

    readonly record struct Root(EventId Id, FlowId Flow, long Nanos);

    readonly PriorityQueue<Root, long> _slowest = new(), _failed = new(), _probed = new();
    readonly Dictionary<NameId, PriorityQueue<Root, long>> _ofRoute = [];
    readonly List<Root> _chosen = [];

    public override string Key => "flows";

    public override KindSet Kinds { get; } = KindSet.Of(EventKind.Request, EventKind.Message, EventKind.Activity, EventKind.MethodEnter, EventKind.MethodLeave, EventKind.MethodException);

    public override void Take(EventId id, in ScopeEvent e)
    {
        if (!e.Flow.IsNone && e.Kind is EventKind.MethodEnter or EventKind.MethodLeave or EventKind.MethodException) Keep(_probed, new(id, e.Flow, e.Value), Limits.ReportFlows / 6);
        if (!Requests.IsWork(in e) || e.Flow.IsNone || (e.Flags & EventFlags.Partial) != 0) return;
        var root = new Root(id, e.Flow, e.Value);
        Keep(_slowest, root, Limits.ReportFlows / 3);
        if ((e.Flags & EventFlags.Error) != 0) Keep(_failed, root, Limits.ReportFlows / 6);
        if (_ofRoute.TryGetValue(e.Name, out var ofRoute)) Keep(ofRoute, root, OfARoute);
        else if (_ofRoute.Count < Limits.ReportRows) Keep(_ofRoute[e.Name] = new(), root, OfARoute);
    }

    public override void Choose(EventChoice choice)
    {
        foreach (var queue in (IEnumerable<PriorityQueue<Root, long>>)[_slowest, _failed, .. _ofRoute.Values, _probed])
            foreach (var (root, _) in queue.UnorderedItems.OrderByDescending(r => r.Priority))
            {
                if (choice.Flows.Count >= Limits.ReportFlows && !choice.Has(root.Flow)) continue;
                choice.Add(root.Flow);
                choice.Add(root.Id);
                _chosen.Add(root);
            }
        AddEvidence();
    }

    /// <summary>Evidence often is not a root; its flow's root may be any event of it, and the page finds it.</summary>
    void AddEvidence()
    {
        foreach (var id in diagnosis.Findings.SelectMany(f => f.Evidence.Take(3)))
            if (history.TryGet(id, out var e) && !e.Flow.IsNone) _chosen.Add(new(id, e.Flow, e.Value));
    }

    protected override void Write(Utf8JsonWriter data) =>
        data.Numbers("ids", _chosen.OrderByDescending(r => r.Nanos).Select(r => (long)r.Flow.Value).Distinct());

    static void Keep(PriorityQueue<Root, long> queue, Root root, int most)
    {
        if (queue.Count < most) queue.Enqueue(root, root.Nanos);
        else if (queue.TryPeek(out _, out var least) && root.Nanos > least) queue.EnqueueDequeue(root, root.Nanos);
    }
}
