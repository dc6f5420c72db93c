// The finalizer thread, and the dead objects that wait for it. A finalizer that blocks stops all others, which nothing
// else shows.
using Microsoft.Diagnostics.Runtime;
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Reads the finalizer's state.</summary>
static class FinalizerPart
{
    /// <summary>The state.</summary>
    public static FinalizerState Read(ClrHeap heap, ObjectFields fields, IReadOnlyList<SnapshotThread> threads, IReadOnlyList<SnapshotStack> stacks, IReadOnlyList<SnapshotMethod> methods)
    {
        var queue = new Dictionary<string, long>();
        foreach (var root in heap.EnumerateFinalizerRoots())
        {
            var type = TypeNames.Plain(fields.NameOf(root.Object.Address));
            queue[type] = queue.GetValueOrDefault(type) + 1;
        }
        var thread = threads.ToList().FindIndex(t => t.IsFinalizer);
        return new()
        {
            Thread = thread,
            IsBusy = thread >= 0 && threads[thread].Stack is >= 0 and var stack && stacks[stack].Frames.Any(f => methods[f.Method].Name == "Finalize"),
            QueueLength = queue.Values.Sum(),
            Queue = [.. queue.OrderByDescending(q => q.Value).Take(Limits.SnapshotGroups).Select(q => new TypeCount(q.Key, q.Value))],
            Registered = heap.EnumerateFinalizableObjects().LongCount(),
        };
    }
}
