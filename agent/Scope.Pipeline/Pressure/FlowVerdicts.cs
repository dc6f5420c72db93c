// Which flows are kept while only a share of them is. A flow is kept whole or not at all, so what is kept can be understood:
//
//  1. By its trace id: those whose random part is small are in. Every recorder takes the same ones, so that a trace through
//     several processes is kept by all; and those of a small share are among those of a larger one.
//  2. By how it went: a flow in which anything failed is in, and one that lasts longer than the window. That is known only
//     when it has ended, so events wait that long (FlowWindow) before the correlator sees them.
//
// What belongs to no flow is kept, and so is every kind that findings rest on, whose flow it is or not.
using System.Runtime.InteropServices;
using Scope.Events;

namespace Scope.Pipeline.Pressure;

/// <summary>What is known of the flows under way. Used by the correlator's thread.</summary>
sealed class FlowVerdicts(Catalog catalog)
{
    // Of an unkept flow only these go: they are many, and alike from one flow to the next.
    static readonly KindSet MayGo = KindSet.Of(EventKind.RequestStart, EventKind.Request, EventKind.ClientCallStart, EventKind.ClientCall, EventKind.SqlStart, EventKind.Sql,
        EventKind.MessageStart, EventKind.Message, EventKind.ActivityStart, EventKind.Activity, EventKind.CpuSample, EventKind.Allocation, EventKind.Log, EventKind.Link,
        EventKind.TaskScheduled, EventKind.TaskStarted, EventKind.TaskCompleted, EventKind.TaskWaitStart, EventKind.TaskWait, EventKind.ActivitySet);

    const int RandomBits = 56; // Of a W3C trace id, those at its end.

    readonly Dictionary<FlowId, Flow> _flows = [];

    /// <summary>Spans that are open, the first and the last time that any began or ended, and whether anything failed.</summary>
    record struct Flow(int Open, EventTime First, EventTime Last, bool Failed);

    /// <summary>The share of flows that is kept although they went well.</summary>
    public double Share { get; set; } = 1;

    /// <summary>Learns from an event that comes.</summary>
    public void Learn(in ScopeEvent e)
    {
        if (e.Flow.IsNone || !IsSpan(e.Kind) && (e.Flags & EventFlags.Error) == 0) return;
        ref var flow = ref CollectionsMarshal.GetValueRefOrAddDefault(_flows, e.Flow, out var isKnown);
        if (!isKnown && _flows.Count > Limits.OpenSpans)
        {
            _flows.Remove(e.Flow); // An unknown flow is kept.
            return;
        }
        if (!isKnown) flow = new(0, e.StartTime, e.Time, false);
        if (IsSpan(e.Kind)) flow.Open += EventKinds.HasDuration(e.Kind) ? -1 : 1;
        flow.Failed |= (e.Flags & EventFlags.Error) != 0;
        flow.Last = e.Time;
    }

    /// <summary>Whether an event that has been attributed is kept.</summary>
    public bool Keeps(in ScopeEvent e, long windowNanos)
    {
        if (Share >= 1 || e.Flow.IsNone || !MayGo.Contains(e.Kind) || (e.Flags & EventFlags.Error) != 0) return true;
        // Still open although the window has passed over its events: it is slow, and so is one that went on after that.
        return !_flows.TryGetValue(e.Flow, out var flow) || flow.Failed || flow.Open > 0 || flow.Last - flow.First > windowNanos || IsChosen(e.Flow);
    }

    /// <summary>Forgets the flows of which nothing was heard since an instant: all of their events have gone on.</summary>
    public void Forget(EventTime before)
    {
        foreach (var (id, flow) in _flows)
            if (flow.Last < before) _flows.Remove(id);
    }

    bool IsChosen(FlowId flow)
    {
        var trace = catalog.Flows[flow];
        var random = trace != 0 ? (ulong)trace & (1UL << RandomBits) - 1 : (uint)flow.Value * 0x9E3779B97F4A7C15UL >> 64 - RandomBits;
        return random < Share * (1UL << RandomBits);
    }

    static bool IsSpan(EventKind kind) => EventKinds.Rule(kind).Group == KindGroup.Span;
}
