// memory-leak: something holds more and more, and never lets go.
// Looks for: a heap whose floor after collections rises through the window, and a holder that grows with it.
// In: heap sizes after collections; the holders of one snapshot, or the growth of holders between two.
// Scores: by the growth against the heap.
// Culprit: the holder: a static field, an event's handlers, a cache, a timer, a closure. Without a snapshot, the type that is
//          allocated most.
// Refuted by: two snapshots between which what is reachable did not grow (then the collector was merely lazy).
using Scope.Events;
using Scope.Events.Snapshots;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds memory that is held for ever.</summary>
internal sealed class MemoryLeak : ICause
{
    // A service that has just come under load fills its caches and pools by some percent; a leak goes on.
    const double Rise = 0.2;
    const long LeastBytes = 8 << 20;
    const int FewestReadings = 3;
    const double HolderRise = 0.1; // Of what is reachable, between two snapshots some seconds apart.
    const long LeastHolderBytes = 1 << 20;
    const long FewestMore = 10; // Fewer are the buffers of a pool, or what a few requests hold.
    const double HolderShare = 0.25; // Of what is reachable, when there is one snapshot only.
    const int FewestOlder = 2; // Between two the floor can be compared.
    const long FewestElements = 1000; // What is held by a leak is many things; one large thing is a buffer or an index.

    static readonly HolderKind[] Lasting = [HolderKind.Static, HolderKind.ThreadStatic, HolderKind.EventHandler, HolderKind.Timer, HolderKind.Cache, HolderKind.Closure, HolderKind.Service, HolderKind.Handle];

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var heaps = at.Snapshots.Where(s => s.State.IsHeapWhole).ToList();
        if (heaps.Count >= 2 && SnapshotDiff.Between(heaps[0].State, heaps[^1].State) is { } diff)
        {
            if ((ByGrowth(at, heaps[0], heaps[^1], diff) ?? GrownTypes.Suspect(at, heaps[^1], diff, HolderRise, LeastHolderBytes)) is { } grown) yield return grown;
            yield break;
        }
        if (heaps.Count == 0 && CounterRises(at)) at.SnapshotWanted = "the heap grows: a snapshot now and one at the end tell what holds it";
        if (!at.Heap.Rises(Rise, LeastBytes)) yield break;
        var holder = heaps.Count == 1 ? Largest(heaps[0].State) : null;
        // What has outlived one collection is looked at again by those of older generations only: without any, garbage grows like a leak.
        if (holder is null && at.Memory.Collections[1] + at.Memory.Collections[2] < FewestOlder) yield break;
        yield return holder is not null
            ? Suspect(at, heaps[0], holder, 0.8, at.Heap.Bytes, $"one snapshot: it retains {Wording.Percent(Share(heaps[0].State, holder))} of what is reachable")
            : WithoutSnapshot(at);
    }

    /// <summary>
    /// Whether the heap grows, garbage that no collection has taken yet included: not enough to call it a leak, but enough to look.
    /// </summary>
    static bool CounterRises(Investigation at)
    {
        var heap = at.Metrics[RuntimeCounters.HeapMegabytes];
        return heap.Count >= FewestReadings && (heap.Last - heap.First) * (1 << 20) >= Math.Max(LeastBytes, heap.First * (1 << 20) * Rise);
    }

    static Suspicion? ByGrowth(Investigation at, SeenSnapshot first, SeenSnapshot last, SnapshotDiff diff)
    {
        var seconds = diff.Nanos / 1e9;
        foreach (var change in diff.Holders)
        {
            if (change.Growth < Math.Max(LeastHolderBytes, diff.BytesBefore * HolderRise)) break; // The one that grew most is first.
            if (change.Place < 0 || change.ElementsAfter - change.ElementsBefore < FewestMore || !Lasting.Contains(change.Kind)) continue;
            var holder = AsEvent(first.State, last.State, change) ?? last.State.Holders[change.Place];
            return Suspect(at, last, holder, 0.96, change.Growth,
                $"two snapshots {Wording.Number(seconds)} s apart: it went from {Wording.Number(change.ElementsBefore)} to {Wording.Number(change.ElementsAfter)} things, {Wording.Bytes(change.RetainedBefore)} to {Wording.Bytes(change.RetainedAfter)}");
        }
        return null;
    }

    /// <summary>
    /// The holder as the event whose handlers it is: a list of handlers has many ways to it, and the shortest may lead through something
    /// else. Its number of handlers then and now gives it away.
    /// </summary>
    static HeapHolder? AsEvent(Snapshot first, Snapshot last, HolderChange change)
    {
        long Handlers(Snapshot state, string type) => state.Known.Where(k => k.Kind == KnownKind.EventHandlers && k.Type == type).SelectMany(k => k.Numbers).FirstOrDefault(n => n.Name == "handlers").Value;
        var told = last.Known.FirstOrDefault(k => k.Kind == KnownKind.EventHandlers && IsAbout(Handlers(last, k.Type), change.ElementsAfter) && IsAbout(Handlers(first, k.Type), change.ElementsBefore));
        return told is null ? null : last.Holders[change.Place] with { Kind = HolderKind.EventHandler, Name = told.Type, Method = told.Method };
    }

    static bool IsAbout(long one, long other) => one > 0 && Math.Abs(one - other) <= Math.Max(1, other / 20);

    static HeapHolder? Largest(Snapshot state) =>
        state.Holders.FirstOrDefault(h => Lasting.Contains(h.Kind) && h.Elements >= FewestElements && Share(state, h) >= HolderShare);

    static double Share(Snapshot state, HeapHolder holder) =>
        state.Heap is { } heap ? holder.RetainedBytes / (double)Math.Max(1, heap.LiveBytes > 0 ? heap.LiveBytes : heap.Bytes) : 0;

    static Suspicion Suspect(Investigation at, SeenSnapshot seen, HeapHolder holder, double confidence, long growth, string how)
    {
        var method = at.AppMethodAt(seen, holder.Method);
        var share = Share(seen.State, holder);
        return new()
        {
            Method = method,
            Finding = new()
            {
                Cause = "memory-leak",
                Culprit = holder.Name.Length > 0 ? States.TypeText(holder.Name) : holder.Root,
                Also = [.. new[] { method.IsNone ? "" : at.NameOf(method), States.TypeText(holder.ElementType) }.Where(t => t.Length > 0).Distinct()],
                Severity = share >= 0.5 ? Severity.Critical : Severity.Warning,
                Confidence = confidence,
                Impact = share,
                Summary = $"{Held(holder)} {(holder.Name.Length > 0 ? holder.Name : holder.Root)} holds {Wording.Number(holder.Elements)} {States.TypeText(holder.ElementType)} with {Wording.Bytes(holder.RetainedBytes)}, {Wording.Percent(share)} of all that is reachable, and it grows ({Wording.Bytes(growth)} more meanwhile).",
                Advice = AdviceOf(holder.Kind),
                Reasoning = $"By {how}. The way to it: {holder.Root}{string.Concat(holder.Path.Take(6).Select(step => $" → {States.TypeText(step.Type)}{(step.Field.Length > 0 ? "." + step.Field : "")}"))}. Refuted by a later snapshot in which it is smaller.",
                Evidence = [.. seen.Evidence(), .. at.Heap.Evidence],
            },
        };
    }

    static Suspicion WithoutSnapshot(Investigation at)
    {
        var type = at.Memory.BytesByType.Count > 0 ? at.Catalog.Names[at.Memory.BytesByType.Top] : "";
        var method = at.Memory.BytesByMethod.Heaviest.Select(sum => sum.Key).FirstOrDefault(m => !m.IsNone);
        return new()
        {
            Method = method,
            Finding = new()
            {
                Cause = "memory-leak",
                Culprit = method.IsNone ? type.Length > 0 ? type : "the managed heap" : at.NameOf(method),
                Also = type.Length > 0 ? [type] : [],
                Severity = Severity.Warning,
                Confidence = 0.4,
                Impact = Math.Min(1, at.Heap.Bytes / (double)Math.Max(1, at.Heap.FloorAfter)),
                Summary = $"What is left of the heap after collections rose from {Wording.Bytes(at.Heap.FloorBefore)} to {Wording.Bytes(at.Heap.FloorAfter)} over {at.Heap.Collections} collections, {Wording.Bytes(at.Heap.BytesPerSecond)} a second.",
                Advice = "Take two snapshots some seconds apart (scope-attach snapshot): they name what holds the memory.",
                Reasoning = "No snapshot of the heap was at hand, so the method that allocates most is named, not the holder. Refuted if the next full collection brings it down.",
                Evidence = [.. at.Heap.Evidence],
            },
        };
    }

    static string Held(HeapHolder holder) => holder.Kind switch
    {
        HolderKind.EventHandler => "The event",
        HolderKind.Cache => "The cache",
        HolderKind.Timer => "The timer",
        HolderKind.Closure => "The captured variables of",
        HolderKind.Service => "The service",
        HolderKind.Static or HolderKind.ThreadStatic => "The static field",
        _ => "The root",
    };

    static string AdviceOf(HolderKind kind) => kind switch
    {
        HolderKind.EventHandler => "Unsubscribe (-=) when the subscriber is done, in Dispose at the latest; or let the publisher hold its subscribers weakly.",
        HolderKind.Cache => "Give the cache a size limit and an expiry (MemoryCacheOptions.SizeLimit, SetSlidingExpiration), and keys that come again.",
        HolderKind.Timer => "Dispose of timers; a timer that is set keeps its callback's object and all that this holds.",
        HolderKind.Closure => "Do not capture large objects in lambdas that are kept; copy the few values that are needed.",
        _ => "Remove what is done, or bound the collection; use a cache with an expiry, or a ConditionalWeakTable for data beside objects.",
    };
}
