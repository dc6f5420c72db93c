// What keeps memory alive. The size that counts is the retained one: a static field that points to one small object that
// holds a list holds all that is in the list.
namespace Scope.Events.Snapshots;

/// <summary>The sort of a holder, the most telling one that the way from the root shows.</summary>
public enum HolderKind
{
    /// <summary>Nothing that is known.</summary>
    Other,
    /// <summary>A static field.</summary>
    Static,
    /// <summary>A thread-static field or a ThreadLocal.</summary>
    ThreadStatic,
    /// <summary>The handlers of an event: whoever subscribed and never unsubscribed.</summary>
    EventHandler,
    /// <summary>A timer's callback or state.</summary>
    Timer,
    /// <summary>A cache: MemoryCache and the like.</summary>
    Cache,
    /// <summary>A lambda's captured variables.</summary>
    Closure,
    /// <summary>A local variable or argument of a running method.</summary>
    ThreadStack,
    /// <summary>An async method that is not done.</summary>
    AsyncMethod,
    /// <summary>A handle: pinned, strong, or of native code.</summary>
    Handle,
    /// <summary>The queue of objects that wait for their finalizer.</summary>
    FinalizerQueue,
    /// <summary>A singleton of a service container.</summary>
    Service,
}

/// <summary>One step on the way from a root to what it holds.</summary>
/// <param name="Type">The object's type.</param>
/// <param name="Field">The field of this object that leads on, "[]" for an element of an array, "" when not known or at the end.</param>
public readonly record struct HolderStep(string Type, string Field);

/// <summary>What holds a share of the heap.</summary>
public sealed record HeapHolder
{
    /// <summary>Its sort.</summary>
    public HolderKind Kind { get; init; }

    /// <summary>
    /// Its name in the source, as far as it has one: "Namespace.Type.Field" of a static or of the field on the way whose object collects
    /// the memory, "Namespace.Type.Event" of handlers, the callback of a timer, the method of a closure, an async method or a local.
    /// </summary>
    public string Name { get; init; } = "";

    /// <summary>The root as the runtime knows it: "static Namespace.Type.Field", "local of Namespace.Type.Method", "pinned handle".</summary>
    public string Root { get; init; } = "";

    /// <summary>The method that it is about, as a place in <see cref="Snapshot.Methods"/>: a timer's callback, an event's handler, the method of a local or closure; -1 for none.</summary>
    public int Method { get; init; } = -1;

    /// <summary>The way from the root to the object that collects: the first step is the root's object, the last the collecting one.</summary>
    public IReadOnlyList<HolderStep> Path { get; init; } = [];

    /// <summary>Bytes that it keeps alive: those to which the shortest way from a root leads through it. What another holder keeps as well is counted for the one nearer to its root.</summary>
    public long RetainedBytes { get; init; }

    /// <summary>Objects that it keeps alive, counted up to some millions.</summary>
    public long RetainedObjects { get; init; }

    /// <summary>How many things it holds directly below the collecting object: the elements of the list, the entries of the cache, the handlers.</summary>
    public long Elements { get; init; }

    /// <summary>The type that most of those are of; "" when there are none.</summary>
    public string ElementType { get; init; } = "";

    /// <summary>What it retains by type, the most bytes first.</summary>
    public IReadOnlyList<HeldType> Types { get; init; } = [];
}

/// <summary>What a holder retains of a type.</summary>
/// <param name="Type">The type.</param>
/// <param name="Count">Objects.</param>
/// <param name="Bytes">Their bytes.</param>
public sealed record HeldType(string Type, long Count, long Bytes);
