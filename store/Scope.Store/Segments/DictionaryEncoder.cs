// The writing side of a segment's dictionaries. Asked for the segment's id of a handle, it gives it, and on first use
// writes the entry (and before it those that the entry needs) into the frame that is being put together. What is learnt
// of an entry later (whose an address is, what a thread is called) follows as an update.
using System.Runtime.InteropServices;
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>Translates a recording's handles to those of one segment and writes down what they stand for.</summary>
/// <param name="catalog">The recording's dictionaries.</param>
/// <param name="recorded">What the ids of processes, spans and flows were in the recording, where the catalog has others; null where it is the recording's own.</param>
/// <param name="emit">Takes the random ids and the content of a dictionary frame as soon as it is big enough; they are good during the call.</param>
sealed partial class DictionaryEncoder(Catalog catalog, KnownIdentities? recorded, Action<ByteWriter, ByteWriter> emit)
{
    const int FrameBytes = Limits.SegmentFrameBytes / 4, Sections = (int)DictionarySection.PayloadFields + 1, LongestRandom = 24;

    readonly LocalIds _names = new(), _targets = new(), _modules = new(), _methods = new(), _codeNodes = new();
    readonly LocalIds _stacks = new(), _threads = new(), _spans = new(), _flows = new(), _payloads = new();
    readonly IdentityWriter _flowIdentities = new(), _spanIdentities = new();
    readonly ByteWriter[] _sections = [.. Enumerable.Range(0, Sections).Select(_ => new ByteWriter(256))];
    readonly int[] _entries = new int[Sections];
    readonly ByteWriter _frame = new(), _random = new();
    readonly RepeatedTexts _methodTexts = new();
    readonly RecentValues _recentValues = new();
    readonly Stack<StackId> _callees = new();

    // By the segment's id: what the reader knows, which the columns are predicted from.
    readonly List<int> _frameOfStack = [0], _methodOfNode = [0];
    readonly List<TargetInfo> _toldTargets = [];
    readonly List<(CodeNodeId Node, int Local)> _unresolved = [];
    readonly List<(ThreadId Thread, NameId Name)> _toldThreads = [];
    int _pendingBytes, _entryStart;
    int _nextFlow, _nextSpan; // The recording's ids that would be the least surprising.

    /// <summary>The hashes of the flows that the segment holds, for its sidecar index.</summary>
    public List<uint> FlowHashes { get; } = [];

    /// <summary>The hashes of the methods that the segment holds, for its sidecar index.</summary>
    public List<uint> MethodHashes { get; } = [];

    /// <summary>The segment's id of a name.</summary>
    public int Name(NameId id)
    {
        if (id.Value <= 0) return 0;
        ref var local = ref _names[id.Value];
        return local != 0 ? local : Add(id, ref local);
    }

    /// <summary>The segment's id of a process.</summary>
    public int Target(TargetId id)
    {
        if (id.IsNone) return 0;
        ref var local = ref _targets[id.Value];
        return local != 0 ? local : Add(id, ref local);
    }

    /// <summary>The segment's id of a method.</summary>
    public int Method(MethodId id)
    {
        if (id.Value <= 0) return 0;
        ref var local = ref _methods[id.Value];
        return local != 0 ? local : Add(id, ref local);
    }

    /// <summary>The segment's id of a place in code.</summary>
    public int CodeNode(CodeNodeId id)
    {
        if (id.Value <= 0) return 0;
        ref var local = ref _codeNodes[id.Value];
        return local != 0 ? local : Add(id, ref local);
    }

    /// <summary>The segment's id of a stack.</summary>
    public int Stack(StackId id)
    {
        if (id.Value <= 0) return 0;
        var local = _stacks[id.Value];
        return local != 0 ? local : Add(id);
    }

    /// <summary>The segment's id of a thread.</summary>
    public int Thread(ThreadId id)
    {
        if (id.Value <= 0) return 0;
        ref var local = ref _threads[id.Value];
        return local != 0 ? local : Add(id, ref local);
    }

    /// <summary>The segment's id of a span.</summary>
    public int Span(SpanId id)
    {
        if (id.Value <= 0) return 0;
        ref var local = ref _spans[id.Value];
        return local != 0 ? local : Add(id, ref local);
    }

    /// <summary>The segment's id of a flow.</summary>
    public int Flow(FlowId id)
    {
        if (id.Value <= 0) return 0;
        ref var local = ref _flows[id.Value];
        return local != 0 ? local : Add(id, ref local);
    }

    /// <summary>The segment's id of a payload; 0 when its bytes have been forgotten.</summary>
    public int Payload(PayloadId id)
    {
        if (id.Value <= 0) return 0;
        ref var local = ref _payloads[id.Value];
        return local != 0 ? local : Add(id, ref local);
    }

    /// <summary>The segment's code node of a stack's top frame.</summary>
    public int FrameOf(int localStack) => _frameOfStack[localStack];

    /// <summary>The segment's method of a code node, as far as the reader knows it.</summary>
    public int MethodOf(int localNode) => _methodOfNode[localNode];

    /// <summary>Emits what is pending, which the events that were translated need.</summary>
    public void Emit()
    {
        _frame.Clear();
        foreach (var sort in Order)
        {
            ref var entries = ref _entries[(int)sort];
            if (entries == 0) continue;
            var section = WriterOf(sort);
            _frame.Byte((byte)sort);
            _frame.Number((ulong)entries);
            _frame.Number((ulong)section.Length);
            _frame.Bytes(section.Written);
            section.Clear();
            entries = 0;
        }
        _random.Clear();
        foreach (var identities in (ReadOnlySpan<IdentityWriter>)[_flowIdentities, _spanIdentities])
        {
            _random.Bytes(identities.Random.Written);
            identities.Clear();
        }
        (_nextFlow, _nextSpan) = (0, 0);
        _pendingBytes = 0;
        if (_frame.Length > 0) emit(_random, _frame);
    }

    // Each needs those before it.
    static ReadOnlySpan<DictionarySection> Order =>
    [
        DictionarySection.Names, DictionarySection.Targets, DictionarySection.Modules, DictionarySection.MethodTexts, DictionarySection.CodeNodes, DictionarySection.Threads, DictionarySection.PayloadFields,
        DictionarySection.TargetUpdates, DictionarySection.CodeNodeUpdates, DictionarySection.ThreadUpdates, DictionarySection.FlowIdentities, DictionarySection.SpanIdentities, DictionarySection.StackSteps,
    ];

    /// <summary>Forgets all ids: a new segment begins.</summary>
    public void Restart()
    {
        _methodTexts.Clear();
        _recentValues.Clear();
        foreach (var ids in (ReadOnlySpan<LocalIds>)[_names, _targets, _modules, _methods, _codeNodes, _stacks, _threads, _spans, _flows, _payloads]) ids.Clear();
        CollectionsMarshal.SetCount(_frameOfStack, 1);
        CollectionsMarshal.SetCount(_methodOfNode, 1);
        _toldTargets.Clear();
        _unresolved.Clear();
        _toldThreads.Clear();
        FlowHashes.Clear();
        MethodHashes.Clear();
    }

    ByteWriter Section(DictionarySection section)
    {
        var writer = WriterOf(section);
        _entryStart = writer.Length;
        return writer;
    }

    int Added(DictionarySection section, LocalIds ids, ref int local)
    {
        local = ids.Next();
        var given = local;
        Added(section);
        return given;
    }

    void Added(DictionarySection section)
    {
        _entries[(int)section]++;
        _pendingBytes += WriterOf(section).Length - _entryStart + (section is DictionarySection.FlowIdentities or DictionarySection.SpanIdentities ? LongestRandom : 0);
        if (_pendingBytes > FrameBytes) Emit();
    }

    ByteWriter WriterOf(DictionarySection section) => section switch
    {
        DictionarySection.FlowIdentities => _flowIdentities.Told,
        DictionarySection.SpanIdentities => _spanIdentities.Told,
        _ => _sections[(int)section],
    };
}
