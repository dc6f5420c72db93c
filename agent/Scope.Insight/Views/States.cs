// What snapshots say in the terms that causes think in: the application's methods of a thread or of an async chain.
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Insight.Views;

/// <summary>Reads snapshots.</summary>
internal static class States
{
    /// <summary>The snapshot taken last; null without any.</summary>
    public static SeenSnapshot? LastSnapshot(this Investigation at) => at.Snapshots.Count > 0 ? at.Snapshots[^1] : null;

    /// <summary>The snapshot taken last that holds the heap; null without any.</summary>
    public static SeenSnapshot? LastHeap(this Investigation at) => at.Snapshots.LastOrDefault(s => s.State.Heap is not null);

    /// <summary>The application's deepest method of a thread; none when its stack has none.</summary>
    public static MethodId AppMethodOf(this Investigation at, SeenSnapshot seen, SnapshotThread thread) => at.Stacks.AppMethodOf(seen.Code.StackOf(thread.Stack));

    /// <summary>The application's deepest method of an async chain; none when all of it is of libraries.</summary>
    public static MethodId AppMethodOf(this Investigation at, SeenSnapshot seen, AsyncChain chain) => at.Stacks.AppMethodOf(seen.Code.StackOf(chain));

    /// <summary>The application's methods of an async chain, the deepest first.</summary>
    public static IEnumerable<MethodId> AppMethodsOf(this Investigation at, SeenSnapshot seen, AsyncChain chain) => at.Stacks.AppMethods(seen.Code.StackOf(chain));

    /// <summary>A method of a snapshot if it is the application's; none otherwise.</summary>
    public static MethodId AppMethodAt(this Investigation at, SeenSnapshot seen, int place) =>
        seen.Code.MethodOf(place) is { IsNone: false } method && at.Code.Of(method).IsApplication ? method : default;

    /// <summary>A type's name as people write it: without the numbers of generic parameters, nested types joined by a point.</summary>
    public static string TypeText(string type) => Scope.Code.WrittenName.Of(type, "x").Type is { Length: > 0 } written ? written : type;

    /// <summary>The snapshot's event as evidence, where the history still holds it.</summary>
    public static IEnumerable<EventId> Evidence(this SeenSnapshot seen) => seen.Event == EventId.None ? [] : [seen.Event];
}
