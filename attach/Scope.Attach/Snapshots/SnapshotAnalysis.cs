// Works a snapshot out of a copy, while the target runs on. Stacks and locks first, which everything refers to; then one
// pass over all objects; then what is alive and what holds it, which takes longest and may be cut short.
using System.Diagnostics;
using Scope.Attach.Snapshots.Analysis;
using Scope.Attach.Snapshots.Capture;
using Scope.Attach.Snapshots.Heap;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots;

/// <summary>One analysis.</summary>
sealed class SnapshotAnalysis
{
    readonly CapturedTarget _captured;
    readonly SnapshotRequest _request;
    readonly ObjectFields _fields;
    readonly CodeTable _code = new();
    readonly Delegates _delegates;
    readonly List<SnapshotGap> _missing = [];
    readonly Stopwatch _watch = Stopwatch.StartNew();

    SnapshotAnalysis(CapturedTarget captured, SnapshotRequest request)
    {
        (_captured, _request) = (captured, request);
        _fields = new(captured.Runtime.Runtime.Heap);
        _delegates = new(_fields, _code);
    }

    /// <summary>Works out the snapshot.</summary>
    public static Snapshot Run(CapturedTarget captured, SnapshotRequest request) => new SnapshotAnalysis(captured, request).Run();

    Snapshot Run()
    {
        using var heap = WalkHeap();
        var drafts = Part("threads", () => ThreadsPart.Read(_captured.Runtime, _request.Pid, _fields, _code, Objects(heap, ObjectSort.Thread)), []);
        var locks = new LocksPart(drafts, _fields, Objects(heap, ObjectSort.Semaphore));
        var chains = new AsyncPart(_fields, _code, Objects(heap, ObjectSort.AsyncBox), Objects(heap, ObjectSort.ContextContinuation));
        var alive = heap is null ? null : SearchHeap(heap, locks, chains);
        var graph = new WaitsPart(drafts, locks, chains, _fields, Objects(heap, ObjectSort.Thread), alive);
        var snapshot = new Snapshot
        {
            Number = _request.Number, Pid = _request.Pid, Time = _captured.Time, Reason = _request.Reason, ReasonText = _request.ReasonText, Level = _captured.Level,
            PauseNanos = _captured.PauseNanos, EstimateNanos = _captured.EstimateNanos, Attempts = _captured.Attempts, CopiedBytes = _captured.Copy.Bytes,
            Threads = graph.Threads, Locks = graph.Locks, Waits = graph.Graph, AsyncChains = graph.Chains,
            Pool = Part("pool", () => new PoolPart(_fields, _code, _delegates).Read(), null),
            Timers = Part("timers", () => TimersPart.Read(Objects(heap, ObjectSort.Timer), _fields, _delegates), []),
            Exceptions = Part("exceptions", () => ExceptionsPart.Read(Objects(heap, ObjectSort.Exception), _fields, _code), []),
            Assemblies = Part("assemblies", () => LoadContextsPart.Count(_captured.Runtime.Runtime), new(0, 0, [])),
            LoadContexts = Part("loadContexts", () => LoadContextsPart.Read(_captured.Runtime.Runtime, Objects(heap, ObjectSort.LoadContext), _fields), []),
        };
        snapshot = snapshot with { Finalizer = Part("finalizer", () => FinalizerPart.Read(_fields.Heap, _fields, snapshot.Threads, _code.Stacks, _code.Methods), null) };
        if (heap is not null) snapshot = WithHeap(snapshot, heap, alive);
        if (_captured.Copy.MissedBytes > 0) _missing.Add(new("heap", $"{_captured.Copy.MissedBytes >> 10} KB could not be copied in the pause", ""));
        return snapshot with { Methods = _code.Methods, Stacks = _code.Stacks, Missing = _missing, AnalysisNanos = (long)_watch.Elapsed.TotalNanoseconds };
    }

    static List<ulong> Objects(WalkedHeap? heap, ObjectSort sort) => heap?.Walk.Of(sort) ?? [];

    WalkedHeap? WalkHeap()
    {
        if (_captured.Level == SnapshotLevel.Stacks)
        {
            foreach (var part in (string[])["heap", "asyncChains", "timers", "exceptions", "holders", "known"])
                _missing.Add(new(part, "only stacks and locks were looked at", "--level copy, where its pause is allowed (--max-pause)"));
            return null;
        }
        if (!_captured.Runtime.Runtime.Heap.CanWalkHeap)
        {
            _missing.Add(new("heap", $"all {_captured.Attempts} pauses landed in the middle of a garbage collection, where the heap has no order", "try again"));
            return null;
        }
        _request.Progress?.Invoke("walking the heap");
        return Part("heap", () => new WalkedHeap(_captured), null);
    }

    AliveHeap? SearchHeap(WalkedHeap heap, LocksPart locks, AsyncPart chains)
    {
        _request.Progress?.Invoke("looking for what keeps objects alive");
        using var late = new CancellationTokenSource(Math.Max(1, _request.AnalysisMillis - (int)_watch.ElapsedMilliseconds));
        var chosen = KnownPart.Chosen(heap.Walk).Concat(locks.Locks.Select(l => l.Object)).Concat(chains.Chains.SelectMany(c => c.Roots));
        var found = Part("holders", () => AliveHeap.Search(heap, _fields, _code, chosen, late.Token), null);
        if (found is null) _missing.Add(new("holders", $"what holds the heap was not found in {_request.AnalysisMillis} ms", "scope-attach snapshot with a longer --analysis"));
        return found;
    }

    Snapshot WithHeap(Snapshot snapshot, WalkedHeap heap, AliveHeap? alive)
    {
        var names = new FieldNames();
        var holders = new List<HeapHolder>();
        var liveBytes = -1L;
        if (alive is not null)
        {
            using var late = new CancellationTokenSource(Math.Max(1, _request.AnalysisMillis - (int)_watch.ElapsedMilliseconds));
            var part = new HoldersPart(alive.Tree, heap.Types, new(alive.Tree, heap.Memory, heap.Types, alive.Roots, _fields, names, _delegates));
            (holders, liveBytes) = (Part("holders", () => part.Holders(late.Token), []), part.LiveBytes);
        }
        if (heap.Walk.UnwalkedBytes > 0) _missing.Add(new("heap", $"{heap.Walk.UnwalkedBytes >> 10} KB of the heap could not be walked", ""));
        var known = new KnownPart(heap.Walk, alive?.Tree, alive?.Roots ?? [], _fields, names, _delegates, new(_fields, _code));
        return snapshot with
        {
            Heap = HeapNumbers.Read(heap.Memory, heap.Types, heap.Walk, alive?.Tree, holders, liveBytes),
            Holders = holders,
            Known = Part("known", known.Read, []),
            Locks = [.. snapshot.Locks.Select(l => l with { Field = alive?.Tree.Referrers.GetValueOrDefault(l.Object)?.Select(known.FieldOf).FirstOrDefault(f => f.Length > 0 && !f.StartsWith("local", StringComparison.Ordinal) && !f.EndsWith("[]", StringComparison.Ordinal) && !f.EndsWith("handle", StringComparison.Ordinal)) ?? "" })],
            DuplicateStrings = Strings(heap, alive, names),
        };
    }

    DuplicateStrings? Strings(WalkedHeap heap, AliveHeap? alive, FieldNames names)
    {
        if (!_request.CountStrings || alive is null) return null;
        _request.Progress?.Invoke("comparing strings");
        using var late = new CancellationTokenSource(Math.Max(1, _request.AnalysisMillis - (int)_watch.ElapsedMilliseconds));
        var found = Part("duplicateStrings", () => new StringsPart(alive.Tree, heap.Memory, heap.Types, names, _fields).Read(_request.TellTexts, late.Token), null);
        if (found is null) _missing.Add(new("duplicateStrings", "there was no time to compare them all", "scope-attach snapshot with a longer --analysis"));
        return found;
    }

    // A part that fails must not take the others with it: memory of a target may hold anything.
    T Part<T>(string name, Func<T> read, T otherwise)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not (OutOfMemoryException or AccessViolationException))
        {
            _missing.Add(new(name, $"it could not be read: {e.GetType().Name}, {e.Message}", "please report it"));
            return otherwise;
        }
    }
}

/// <summary>A heap that was walked.</summary>
sealed class WalkedHeap : IDisposable
{
    public WalkedHeap(CapturedTarget captured)
    {
        Memory = new(captured.Runtime.Runtime.Heap, captured.Copy);
        Types = new(captured.Runtime.Runtime.Heap);
        Walk = new(Memory, Types);
    }

    public HeapMemory Memory { get; }

    public HeapTypes Types { get; }

    public HeapWalk Walk { get; }

    public void Dispose() => Memory.Dispose();
}

/// <summary>What is alive of a heap, and through what.</summary>
sealed record AliveHeap(ReachableTree Tree, IReadOnlyList<HeapRoot> Roots)
{
    public static AliveHeap? Search(WalkedHeap heap, ObjectFields fields, CodeTable code, IEnumerable<ulong> chosen, CancellationToken stop)
    {
        var roots = HeapRoots.Read(fields.Heap, code);
        var dependents = HeapRoots.Dependents(fields.Heap.Runtime);
        return ReachableTree.Search(heap.Memory, heap.Types, heap.Walk.Starts, roots.ConvertAll(r => r.Object), roots.FindIndex(r => r.Kind == HolderKind.ThreadStack) is >= 0 and var local ? local : roots.Count, chosen, dependents, stop) is { } tree ? new(tree, roots) : null;
    }
}
