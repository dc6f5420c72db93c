// Objects whose mere number tells something: clients that are made for each call, pools that are used up, caches that
// only grow, cancellation sources and event handlers that nobody takes away, equal strings, load contexts that stay.
namespace Scope.Events.Snapshots;

/// <summary>A sort of objects worth counting.</summary>
public enum KnownKind
{
    /// <summary>HttpClient.</summary>
    HttpClient,
    /// <summary>The handlers below HttpClient, each with connections of its own.</summary>
    HttpHandler,
    /// <summary>A database connection.</summary>
    DbConnection,
    /// <summary>A pool of database connections; numbers "max", "open", "busy", "idle" where they can be read.</summary>
    DbConnectionPool,
    /// <summary>MemoryCache; numbers "entries".</summary>
    MemoryCache,
    /// <summary>CancellationTokenSource; numbers "linked", "timers", "registrations".</summary>
    CancellationSource,
    /// <summary>The handlers of one event; numbers "handlers".</summary>
    EventHandlers,
    /// <summary>TaskCompletionSource that is not completed.</summary>
    CompletionSource,
    /// <summary>A Socket.</summary>
    Socket,
    /// <summary>A FileStream.</summary>
    FileStream,
}

/// <summary>Who holds such objects.</summary>
/// <param name="Field">The field that points to them, "Namespace.Type.Field".</param>
/// <param name="Count">How many of them.</param>
public sealed record KnownHolder(string Field, long Count);

/// <summary>A number of such objects, by name.</summary>
/// <param name="Name">Its name; <see cref="KnownKind"/> says which there are.</param>
/// <param name="Value">The number: a sum over the objects.</param>
public readonly record struct KnownNumber(string Name, long Value);

/// <summary>Objects of a known sort.</summary>
public sealed record KnownObjects
{
    /// <summary>The sort.</summary>
    public KnownKind Kind { get; init; }

    /// <summary>The type; for event handlers, "Namespace.Type.Event".</summary>
    public string Type { get; init; } = "";

    /// <summary>How many there are; for event handlers, how many objects have this event.</summary>
    public long Count { get; init; }

    /// <summary>Numbers of their own.</summary>
    public IReadOnlyList<KnownNumber> Numbers { get; init; } = [];

    /// <summary>The fields that point to them, the most first. What one does not hold is reachable in another way or dead.</summary>
    public IReadOnlyList<KnownHolder> Holders { get; init; } = [];

    /// <summary>Of event handlers, the method that is subscribed most, as a place in <see cref="Snapshot.Methods"/>; -1 for none.</summary>
    public int Method { get; init; } = -1;
}

/// <summary>Equal strings of one length and content.</summary>
/// <param name="Chars">Characters.</param>
/// <param name="Copies">How many there are.</param>
/// <param name="WastedBytes">What all but one of them take.</param>
/// <param name="Field">The field that points to most of them, "Namespace.Type.Field"; "" when not known.</param>
/// <param name="Text">Its text, only when it was asked for; else "".</param>
public sealed record DuplicateString(int Chars, long Copies, long WastedBytes, string Field, string Text);

/// <summary>Strings that are there more than once.</summary>
/// <param name="Strings">All strings.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="WastedBytes">Bytes of all but one of each.</param>
/// <param name="Largest">The most wasteful ones.</param>
public sealed record DuplicateStrings(long Strings, long Bytes, long WastedBytes, IReadOnlyList<DuplicateString> Largest);

/// <summary>An AssemblyLoadContext.</summary>
/// <param name="Name">Its name; "" when it has none.</param>
/// <param name="Type">Its type.</param>
/// <param name="IsCollectible">Whether it can be unloaded.</param>
/// <param name="IsUnloading">Whether somebody asked for that.</param>
/// <param name="Assemblies">The names of its assemblies, some of the first.</param>
/// <param name="AssemblyCount">How many it has.</param>
public sealed record LoadContext(string Name, string Type, bool IsCollectible, bool IsUnloading, IReadOnlyList<string> Assemblies, int AssemblyCount);

/// <summary>Assemblies.</summary>
/// <param name="Loaded">All.</param>
/// <param name="Dynamic">Those made at run time: Reflection.Emit, serializers, expression trees, proxies.</param>
/// <param name="DynamicNames">The names of those, numbers in them left out, with how often each occurs; the most first.</param>
public sealed record AssemblyCounts(int Loaded, int Dynamic, IReadOnlyList<TypeCount> DynamicNames);
