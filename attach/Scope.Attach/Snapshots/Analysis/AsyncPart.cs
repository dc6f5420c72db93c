// Async chains: pending boxes put together by what awaits what, from the one that waits for something else than an async
// method up to the one that no async method awaits. Equal chains become one with a count.
using System.Runtime.InteropServices;
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>A group of equal chains while the snapshot is made.</summary>
sealed class ChainDraft
{
    public required AsyncChain Told { get; set; }

    /// <summary>The boxes of each chain, the deepest first; some of the first.</summary>
    public List<ulong[]> Boxes { get; } = [];

    /// <summary>What each of those waits for.</summary>
    public List<ulong> Roots { get; } = [];

    /// <summary>The synchronization context that a part must go on in; 0 for none.</summary>
    public ulong Context { get; set; }
}

/// <summary>Builds chains.</summary>
sealed class AsyncPart
{
    readonly ObjectFields _fields;
    readonly AsyncBoxes _reader;
    readonly AsyncRoots _roots;
    readonly Dictionary<ulong, AsyncBox> _boxes = [];
    readonly Dictionary<ulong, List<ulong>> _awaiting = []; // What is awaited → the boxes that await it.
    readonly Dictionary<ulong, ulong> _contexts = [];       // A box → the context that it goes on in.
    readonly Dictionary<string, ChainDraft> _groups = [];
    readonly Dictionary<ulong, ChainDraft> _byBox = [];

    /// <summary>Reads the boxes of a heap.</summary>
    public AsyncPart(ObjectFields fields, CodeTable code, IReadOnlyList<ulong> boxes, IReadOnlyList<ulong> contextContinuations)
    {
        _fields = fields;
        _reader = new(fields, code);
        _roots = new(fields, _reader);
        foreach (var box in _reader.Read(boxes))
        {
            _boxes[box.Address] = box;
            if (box.Awaited == 0) continue;
            ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(_awaiting, box.Awaited, out _);
            (list ??= []).Add(box.Address);
        }
        foreach (var continuation in contextContinuations)
            if (BoxOf(_fields.Reference(continuation, "m_action")) is not 0 and var box) _contexts[box] = _fields.Reference(continuation, "m_syncContext");
        foreach (var box in _boxes.Values)
            if (!_boxes.ContainsKey(box.Awaited) && box.State >= 0) AddChain(box);
    }

    /// <summary>The chains, the most frequent first.</summary>
    public List<ChainDraft> Chains => [.. _groups.Values.OrderByDescending(g => g.Told.Count).Take(Limits.SnapshotGroups)];

    /// <summary>The chain that a box is in; null for none.</summary>
    public ChainDraft? Of(ulong box) => _byBox.GetValueOrDefault(box);

    /// <summary>How many async methods are pending.</summary>
    public int Pending => _boxes.Count;

    void AddChain(AsyncBox deepest)
    {
        var boxes = new List<AsyncBox> { deepest };
        var seen = new HashSet<ulong> { deepest.Address };
        while (Outer(boxes[^1].Address) is { } outer && seen.Add(outer.Address)) boxes.Add(outer);
        var root = RootOf(deepest);
        var context = boxes.Select(b => _contexts.GetValueOrDefault(b.Address)).FirstOrDefault(c => c != 0);
        var (end, endType) = EndOf(boxes[^1].Address);
        var frames = boxes.Take(Limits.SnapshotFrames).Select(b => new AsyncFrame(b.Method, b.State, _fields.NameOf(b.Awaited))).ToList();
        var key = $"{root} {end} {endType} {_fields.NameOf(context)} {string.Join(';', frames.Select(f => $"{f.Method}.{f.State}"))}";
        if (!_groups.TryGetValue(key, out var group))
            _groups[key] = group = new()
            {
                Context = context,
                Told = new()
                {
                    Frames = frames, Cut = boxes.Count - frames.Count, Root = root, RootType = _fields.NameOf(deepest.Awaited), RootObject = deepest.Awaited,
                    End = end, EndType = endType, GoesOnIn = _fields.NameOf(context),
                },
            };
        group.Told = group.Told with { Count = group.Told.Count + 1 };
        foreach (var box in boxes) _byBox.TryAdd(box.Address, group);
        if (group.Boxes.Count >= Limits.SnapshotChainsKept) return;
        group.Boxes.Add([.. boxes.Select(b => b.Address)]);
        group.Roots.Add(deepest.Awaited);
    }

    // One that has a context to go on in, and whose awaited task has ended, waits for that context's thread.
    AsyncRootKind RootOf(AsyncBox box) => _roots.Of(box.Awaited);

    /// <summary>The async method that awaits a box, also through a task in between such as WhenAll's.</summary>
    AsyncBox? Outer(ulong task)
    {
        const int deepest = 4;
        for (var i = 0; i < deepest && task != 0; i++)
        {
            if (_awaiting.TryGetValue(task, out var awaiting) && _boxes.TryGetValue(awaiting[0], out var outer)) return outer;
            task = PromiseOf(_fields.Reference(task, "m_continuationObject"));
        }
        return null;
    }

    // A continuation that is a task itself: WhenAll, Unwrap and the like.
    ulong PromiseOf(ulong continuation)
    {
        if (continuation == 0) return 0;
        var name = _fields.NameOf(continuation);
        if (name.Contains("Promise", StringComparison.Ordinal)) return continuation;
        return name.StartsWith("System.Collections.Generic.List<", StringComparison.Ordinal)
            ? _fields.Elements(_fields.Reference(continuation, "_items")).Select(PromiseOf).FirstOrDefault(p => p != 0) : 0;
    }

    (AsyncEndKind End, string Type) EndOf(ulong task)
    {
        var continuation = _fields.Reference(task, "m_continuationObject");
        if (continuation == 0) return (AsyncEndKind.Nobody, "");
        var name = _fields.NameOf(continuation);
        if (name.Contains("SetOnInvokeMres", StringComparison.Ordinal)) return (AsyncEndKind.BlockedThread, "");
        var target = _fields.Reference(continuation, "_target");
        return (AsyncEndKind.Callback, TypeNames.Plain(target == 0 ? name : _fields.NameOf(target)));
    }

    // The delegate that goes on with a box, or one around it.
    ulong BoxOf(ulong action)
    {
        var target = _fields.Reference(action, "_target");
        return _boxes.ContainsKey(target) ? target : _fields.Reference(target, "_continuation") is not 0 and var inner ? BoxOf(inner) : 0;
    }
}
