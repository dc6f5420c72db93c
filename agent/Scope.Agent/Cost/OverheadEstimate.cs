// What we cost the target, estimated all the time: the events that it sent, by kind, times what one costs it. The unit
// costs were measured on .NET 10, two cores, mix of small requests (the table "target" of scripts/bench shows the whole);
// they are meant to be right within a factor of two, and to move when a source is turned up or down.
using Scope.Events;

namespace Scope.Agent.Cost;

/// <summary>Sums up what events cost their target.</summary>
sealed class OverheadEstimate
{
    // Nanoseconds of the target's CPU for one event of a group.
    static readonly (KindGroup Group, long Nanos)[] UnitCosts =
    [
        (KindGroup.Span, 4_000),       // The DiagnosticSource bridge: an event with fields that are made to text.
        (KindGroup.Exception, 4_000),  // With a stack as deep as the throw; the throw itself costs ten times that.
        (KindGroup.Threading, 1_400),  // With a shallow stack.
        (KindGroup.Memory, 1_400),
        (KindGroup.Sample, 20_000),    // One thread's stack walk while the runtime is suspended.
        (KindGroup.Signal, 3_000),     // Formatting of a log line or metric.
        (KindGroup.Code, 600),         // Without a stack.
        (KindGroup.State, 600),
    ];

    const long HostingNanos = 1_200; // A request's start or end that Hosting tells, without the bridge.

    const long CollectorNanos = 500; // A span's start or end that the collector inside the target tells.

    static readonly long[] NanosByKind = IndexByKind(), NanosWithCollector = [.. NanosByKind.Select((nanos, kind) => IsSpan(kind) ? CollectorNanos : nanos)];

    /// <summary>Whether the collector tells the spans, and not the bridge.</summary>
    public bool CollectorServes { get; set; }

    readonly NewEvents _events;
    long _nanos;

    /// <param name="events">Those that are counted.</param>
    public OverheadEstimate(NewEvents events)
    {
        _events = events;
        events.Add(Count);
    }

    /// <summary>By what each cost is multiplied from now on, because it was measured to be too low here.</summary>
    public double Correction
    {
        get => Volatile.Read(ref _correction);
        set => Volatile.Write(ref _correction, value);
    }
    double _correction = 1;

    /// <summary>CPU that the target has spent for us until now, in nanoseconds.</summary>
    public long TargetNanos()
    {
        _events.Walk();
        return Interlocked.Read(ref _nanos);
    }

    void Count(in ScopeEvent e) => _nanos += (long)(Correction * CostOf(e));

    long CostOf(in ScopeEvent e) =>
        (e.Flags & EventFlags.NoTraceId) != 0 && e.Kind is EventKind.RequestStart or EventKind.Request ? HostingNanos : (CollectorServes ? NanosWithCollector : NanosByKind)[(int)e.Kind];

    static bool IsSpan(int kind) => EventKinds.All.Any(rule => (int)rule.Kind == kind && rule.Group == KindGroup.Span);

    static long[] IndexByKind()
    {
        var costs = new long[64];
        foreach (var rule in EventKinds.All)
            costs[(int)rule.Kind] = UnitCosts.FirstOrDefault(c => c.Group == rule.Group).Nanos;
        return costs;
    }
}
