// The timers that are set, by what they call and how often.
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Reads timers.</summary>
static class TimersPart
{
    const uint Never = uint.MaxValue;

    /// <summary>The groups, the largest first.</summary>
    public static List<TimerGroup> Read(IReadOnlyList<ulong> timers, ObjectFields fields, Delegates delegates)
    {
        var groups = new Dictionary<(int Method, string State, long Period, bool IsDelay), (int Count, long Due)>();
        foreach (var timer in timers)
        {
            // A timer that was stopped, or has fired once, is due never.
            var due = fields.Value<uint>(timer, "_dueTime");
            if (due == Never || fields.Value<byte>(timer, "_canceled") != 0) continue;
            var state = fields.Reference(timer, "_state");
            var (method, target) = delegates.Of(fields.Reference(timer, "_timerCallback"));
            var stateType = TypeNames.Plain(fields.NameOf(state != 0 ? state : target));
            var period = fields.Value<uint>(timer, "_period");
            var key = (method, stateType, period == Never ? -1L : period, stateType.Contains("DelayPromise", StringComparison.Ordinal));
            var (count, longest) = groups.GetValueOrDefault(key);
            groups[key] = (count + 1, Math.Max(longest, due));
        }
        return [.. groups.OrderByDescending(g => g.Value.Count).Take(Limits.SnapshotGroups).Select(g => new TimerGroup(g.Key.Method, g.Key.State, g.Value.Count, g.Key.Period, g.Value.Due, g.Key.IsDelay))];
    }
}
