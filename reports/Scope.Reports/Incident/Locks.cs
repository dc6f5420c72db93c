// Locks that threads waited for: how often, how long, who held them, and where the waiting was written.
using System.Text.Json;
using Scope.Events;

namespace Scope.Reports.Incident;

/// <summary>Lock contention by lock and by the place that waits.</summary>
sealed class Locks(Window window, ReportTexts texts) : Section
{
    const int OwnersOfALock = 5;

    sealed class Group
    {
        public readonly LatencySketch Waits = new();
        public readonly Dictionary<int, long> OwnerNanos = [];
        public readonly HashSet<int> Waiters = [];
        public required long[] ByBucket;
        public StackId Stack;
        public EventId Longest = EventId.None;
    }

    readonly Dictionary<(NameId Lock, MethodId Site), Group> _groups = [];
    readonly Dictionary<StackId, MethodId> _sites = [];
    long _totalNanos, _count;

    public override string Key => "locks";

    public override KindSet Kinds { get; } = KindSet.Of(EventKind.Contention);

    public override void Take(EventId id, in ScopeEvent e)
    {
        _count++;
        _totalNanos += e.Value;
        if (!_sites.TryGetValue(e.Stack, out var site)) _sites[e.Stack] = site = e.Stack.IsNone ? e.Method : texts.Code.FirstApplication(e.Stack);
        var key = (e.Name, site);
        if (!_groups.TryGetValue(key, out var group))
        {
            if (_groups.Count >= Limits.ReportRows) return;
            _groups[key] = group = new() { ByBucket = new long[window.Buckets] };
        }
        if (e.Value > group.Waits.MaxNanos || group.Longest == EventId.None) (group.Longest, group.Stack) = (id, e.Stack);
        group.Waits.Add(e.Value);
        group.ByBucket[window.BucketOf(e.Time)] += e.Value;
        group.Waiters.Add(e.Thread.Value);
        if (!e.Related.IsNone) group.OwnerNanos[e.Related.Value] = group.OwnerNanos.GetValueOrDefault(e.Related.Value) + e.Value;
    }

    public override void Choose(EventChoice choice)
    {
        foreach (var group in Ranked()) choice.Add(group.Value.Longest);
    }

    protected override void Write(Utf8JsonWriter data)
    {
        data.WriteNumber("count", _count);
        data.WriteNumber("total", _totalNanos);
        data.WriteNumber("groupCount", _groups.Count);
        data.WriteStartArray("groups");
        foreach (var (key, group) in Ranked())
        {
            data.WriteStartObject();
            data.WriteNumber("lock", texts.Of(key.Lock));
            data.WriteNumber("site", texts.FrameOf(key.Site));
            data.WriteNumber("count", group.Waits.Count);
            data.WriteNumber("total", group.Waits.TotalNanos);
            data.WriteNumber("p50", group.Waits.Quantile(0.5));
            data.WriteNumber("max", group.Waits.MaxNanos);
            data.WriteNumber("waiters", group.Waiters.Count);
            data.Numbers("byBucket", group.ByBucket);
            data.Numbers("owners", group.OwnerNanos.OrderByDescending(o => o.Value).Take(OwnersOfALock).SelectMany(o => (long[])[o.Key, o.Value]));
            data.WriteNumber("stack", texts.StackOf(group.Stack));
            data.WriteNumber("longest", group.Longest.Value);
            data.WriteEndObject();
        }
        data.WriteEndArray();
    }

    IEnumerable<KeyValuePair<(NameId Lock, MethodId Site), Group>> Ranked() => _groups.OrderByDescending(g => g.Value.Waits.TotalNanos).Take(Limits.ReportGroups);
}
