// A snapshot: the state of a target at one instant, as data. The attach side fills it from memory, the store keeps it in
// the recording, causes and reports read it; none of them needs to know how memory was read. Everything repeated lies in
// one table and is pointed to by its place there, so that ten thousand equal stacks cost one.
using System.Text.Json.Serialization;

namespace Scope.Events.Snapshots;

/// <summary>How much of the target was looked at.</summary>
public enum SnapshotLevel
{
    /// <summary>Stacks and locks only: nothing of the heap is known.</summary>
    Stacks,
    /// <summary>All, from our own copy of its memory, taken in one pause.</summary>
    Copy,
    /// <summary>All, from a dump that its runtime wrote; needs no right to read its memory, and holds it longest.</summary>
    Dump,
}

/// <summary>Why a snapshot was taken.</summary>
public enum SnapshotReason
{
    /// <summary>Somebody asked for it.</summary>
    Asked,
    /// <summary>The recording ended.</summary>
    End,
    /// <summary>A live finding fired: this is the worst moment that was seen.</summary>
    Worst,
}

/// <summary>A part that a snapshot lacks.</summary>
/// <param name="Part">Which: the name of a property of <see cref="Snapshot"/> in lower case, such as "heap" or "locks".</param>
/// <param name="Why">Why it is missing or not whole, as a sentence with the numbers.</param>
/// <param name="Mend">How to get it next time; "" when there is no way.</param>
public sealed record SnapshotGap(string Part, string Why, string Mend);

/// <summary>The state of a target at one instant. A part that is null or empty was not there or is told in <see cref="Missing"/>.</summary>
public sealed record Snapshot
{
    /// <summary>The version of the schema that is written.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The version of the schema: parts are added, never renamed or taken away.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>Its number in its recording, from 1 up; the event of kind snapshot that tells of it has it as <see cref="ScopeEvent.Detail"/>.</summary>
    public int Number { get; init; }

    /// <summary>The process.</summary>
    public int Pid { get; init; }

    /// <summary>When the target stood still: the instant that all of it is about.</summary>
    public EventTime Time { get; init; }

    /// <summary>Why it was taken.</summary>
    public SnapshotReason Reason { get; init; }

    /// <summary>What exactly made it be taken, such as the cause and culprit of a finding; may be "".</summary>
    public string ReasonText { get; init; } = "";

    /// <summary>How much was looked at.</summary>
    public SnapshotLevel Level { get; init; }

    /// <summary>How long the target stood still, ns, measured from our side; with several <see cref="Attempts"/>, of all of them.</summary>
    public long PauseNanos { get; init; }

    /// <summary>How long it was thought to stand still, ns.</summary>
    public long EstimateNanos { get; init; }

    /// <summary>How often it was held: a pause that lands in the middle of a garbage collection is let go and tried again.</summary>
    public int Attempts { get; init; } = 1;

    /// <summary>How much of its memory was copied, bytes.</summary>
    public long CopiedBytes { get; init; }

    /// <summary>How long it took to work all of this out of the copy, ns; the target ran meanwhile.</summary>
    public long AnalysisNanos { get; init; }

    /// <summary>The parts that are not there or not whole, each with the reason.</summary>
    public IReadOnlyList<SnapshotGap> Missing { get; init; } = [];

    /// <summary>Whether it holds the whole heap: what is missing of one may hold anything, so it cannot be compared.</summary>
    [JsonIgnore]
    public bool IsHeapWhole => Heap is not null && Missing.All(m => m.Part != "heap");

    /// <summary>The methods that stacks and others point to by their place here.</summary>
    public IReadOnlyList<SnapshotMethod> Methods { get; init; } = [];

    /// <summary>The distinct stacks that threads and others point to by their place here.</summary>
    public IReadOnlyList<SnapshotStack> Stacks { get; init; } = [];

    /// <summary>The managed threads. Wait nodes and locks point to them by their place here.</summary>
    public IReadOnlyList<SnapshotThread> Threads { get; init; } = [];

    /// <summary>The locks that are held or waited for.</summary>
    public IReadOnlyList<SnapshotLock> Locks { get; init; } = [];

    /// <summary>Who waits for whom.</summary>
    public WaitForGraph Waits { get; init; } = new();

    /// <summary>Async methods that are not done, as chains from what they wait for to who awaits them; equal ones are one.</summary>
    public IReadOnlyList<AsyncChain> AsyncChains { get; init; } = [];

    /// <summary>The thread pool; null when it could not be read or was never used.</summary>
    public PoolState? Pool { get; init; }

    /// <summary>The timers that are set, grouped.</summary>
    public IReadOnlyList<TimerGroup> Timers { get; init; } = [];

    /// <summary>The finalizer thread and its queue; null when not known.</summary>
    public FinalizerState? Finalizer { get; init; }

    /// <summary>Exception objects alive, by type and throw site.</summary>
    public IReadOnlyList<ExceptionGroup> Exceptions { get; init; } = [];

    /// <summary>The heap; null when it was not walked.</summary>
    public HeapState? Heap { get; init; }

    /// <summary>What keeps most of the heap alive, the largest first. <see cref="HeapType.Holders"/> points here.</summary>
    public IReadOnlyList<HeapHolder> Holders { get; init; } = [];

    /// <summary>Equal strings; null when they were not counted.</summary>
    public DuplicateStrings? DuplicateStrings { get; init; }

    /// <summary>AssemblyLoadContexts.</summary>
    public IReadOnlyList<LoadContext> LoadContexts { get; init; } = [];

    /// <summary>Assemblies loaded and made at run time.</summary>
    public AssemblyCounts Assemblies { get; init; } = new(0, 0, []);

    /// <summary>Objects that are worth knowing by their sort: clients, connection pools, caches, cancellation sources, event handlers.</summary>
    public IReadOnlyList<KnownObjects> Known { get; init; } = [];

    /// <summary>The threads with the same stack, the largest group first.</summary>
    [JsonIgnore]
    public IEnumerable<IGrouping<int, SnapshotThread>> ThreadGroups => Threads.Where(t => t.Stack >= 0).GroupBy(t => t.Stack).OrderByDescending(g => g.Count()).ThenBy(g => g.Key);
}
