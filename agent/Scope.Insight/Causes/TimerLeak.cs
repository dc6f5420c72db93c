// timer-leak: timers are made again and again and never disposed of.
// Looks for: many periodic timers with one callback; one with that period would do.
// In: snapshots; their growth between two.
// Scores: by their number.
// Culprit: the callback's method.
// Refuted by: a number that goes down again with the work (a timer for each connection).
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds timers that nobody stops.</summary>
internal sealed class TimerLeak : ICause
{
    const int Many = 100; // One for each of some dozens of connections is a design; hundreds with one callback are not.
    const int VeryMany = 10_000;
    const double Growth = 1.2; // Between two snapshots; without growth they are merely many.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        if (at.LastHeap() is not { } seen) yield break;
        foreach (var group in seen.State.Timers.Where(t => !t.IsDelay && t.Count >= Many))
            if (at.AppMethodAt(seen, group.Method) is { IsNone: false } method && Before(at, seen, group) is var before && (before < 0 || group.Count >= before * Growth))
                yield return Suspect(at, seen, group, method, before);
    }

    /// <summary>How many of them the first snapshot had; -1 when there is one snapshot only.</summary>
    static int Before(Investigation at, SeenSnapshot seen, TimerGroup group)
    {
        var first = at.Snapshots.First(s => s.State.Heap is not null);
        if (ReferenceEquals(first, seen)) return -1;
        var method = seen.Code.MethodOf(group.Method);
        return first.State.Timers.Where(t => first.Code.MethodOf(t.Method) == method && t.PeriodMillis == group.PeriodMillis).Sum(t => t.Count);
    }

    static Suspicion Suspect(Investigation at, SeenSnapshot seen, TimerGroup group, MethodId method, int before) => new()
    {
        Method = method,
        Finding = new()
        {
            Cause = "timer-leak",
            Culprit = at.NameOf(method),
            Also = group.State.Length > 0 ? [States.TypeText(group.State)] : [],
            Severity = group.Count >= VeryMany ? Severity.Critical : Severity.Warning,
            Confidence = before >= 0 ? 0.95 : 0.85,
            Impact = Math.Min(1, 0.2 + group.Count / (double)VeryMany),
            Summary = $"{Wording.Number(group.Count)} timers call {at.Place(method)}{(group.PeriodMillis > 0 ? $" each {Wording.Time(group.PeriodMillis * 1e6)}" : "")}{(before >= 0 ? $"; there were {Wording.Number(before)} in the first snapshot" : "")}. Each keeps its callback's object alive and takes a pool thread when it fires.",
            Advice = "Make the timer once (a field of a singleton, a BackgroundService with PeriodicTimer), and dispose of it where its owner ends.",
            Reasoning = "Counted in the snapshot's timer queues by callback and period. Refuted when the number goes down with the work.",
            Evidence = [.. seen.Evidence()],
        },
    };
}
