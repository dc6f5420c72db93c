// The writing side of a segment's dictionaries. Asked for the segment's id of a handle, it gives it, and on first use
// writes the entry (and before it those that the entry needs) into the frame that is being put together. What is learnt
// of an entry later (whose an address is, what a thread is called) follows as an update.
using System.Runtime.InteropServices;
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>Translates a recording's handles to those of one segment and writes down what they stand for.</summary>
/// <param name="catalog">The recording's dictionaries.</param>
/// <param name="emit">Takes the content of a dictionary frame as soon as it is big enough; it is good during the call.</param>
sealed class DictionaryEncoder(Catalog catalog, Action<ByteWriter> emit)
{
    const int FrameBytes = Limits.SegmentFrameBytes / 4;

    readonly LocalIds _names = new(), _targets = new(), _modules = new(), _methods = new(), _codeNodes = new();
    readonly LocalIds _stacks = new(), _threads = new(), _spans = new(), _flows = new(), _payloads = new();
    readonly ByteWriter[] _sections = [.. Enumerable.Range(0, (int)DictionarySection.ThreadUpdates + 1).Select(_ => new ByteWriter(256))];
    readonly int[] _entries = new int[(int)DictionarySection.ThreadUpdates + 1];
    readonly ByteWriter _frame = new();
    readonly Stack<StackId> _callees = new();

    // By the segment's id: what the reader knows, which the columns are predicted from.
    readonly List<int> _frameOfStack = [0], _methodOfNode = [0];
    readonly List<TargetInfo> _toldTargets = [];
    readonly List<(CodeNodeId Node, int Local)> _unresolved = [];
    readonly List<(ThreadId Thread, NameId Name)> _toldThreads = [];
    int _pendingBytes, _entryStart;

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

    /// <summary>Writes what has been learnt of earlier entries. Before a frame of events, never within: their columns are predicted from what the reader knows.</summary>
    public void Update()
    {
        UpdateTargets();
        UpdateCodeNodes();
        UpdateThreads();
    }

    /// <summary>Emits what is pending, which the events that were translated need.</summary>
    public void Emit()
    {
        _frame.Clear();
        for (var i = 1; i < _sections.Length; i++)
        {
            if (_entries[i] == 0) continue;
            _frame.Byte((byte)i);
            _frame.Number((ulong)_entries[i]);
            _frame.Number((ulong)_sections[i].Length);
            _frame.Bytes(_sections[i].Written);
            _sections[i].Clear();
            _entries[i] = 0;
        }
        _pendingBytes = 0;
        if (_frame.Length > 0) emit(_frame);
    }

    /// <summary>Forgets all ids: a new segment begins.</summary>
    public void Restart()
    {
        foreach (var ids in (ReadOnlySpan<LocalIds>)[_names, _targets, _modules, _methods, _codeNodes, _stacks, _threads, _spans, _flows, _payloads]) ids.Clear();
        CollectionsMarshal.SetCount(_frameOfStack, 1);
        CollectionsMarshal.SetCount(_methodOfNode, 1);
        _toldTargets.Clear();
        _unresolved.Clear();
        _toldThreads.Clear();
        FlowHashes.Clear();
        MethodHashes.Clear();
    }

    int Add(NameId id, ref int local)
    {
        Section(DictionarySection.Names).Text(catalog.Names[id]);
        return Added(DictionarySection.Names, _names, ref local);
    }

    int Add(TargetId id, ref int local)
    {
        var target = id.Value <= catalog.Targets.All.Count ? catalog.Targets[id] : Unknown;
        var section = Section(DictionarySection.Targets);
        section.Number(id.Value);
        Write(section, target);
        _toldTargets.Add(target);
        return Added(DictionarySection.Targets, _targets, ref local);
    }

    int Module(ModuleId id)
    {
        if (id.IsNone || catalog.Modules[id] is not { } module) return 0;
        ref var local = ref _modules[id.Value];
        if (local != 0) return local;
        var target = Target(module.Target);
        var section = Section(DictionarySection.Modules);
        section.Number((ulong)target);
        section.Fixed64(module.RuntimeModuleId);
        section.Text(module.Path);
        section.Byte(module.IsDynamic ? (byte)1 : (byte)0);
        return Added(DictionarySection.Modules, _modules, ref local);
    }

    int Add(MethodId id, ref int local)
    {
        if (catalog.Methods[id] is not { } method) return 0;
        var module = Module(method.Module);
        var section = Section(DictionarySection.Methods);
        section.Number((ulong)module);
        section.Number((uint)method.Token);
        section.Text(method.Type);
        section.Text(method.Name);
        section.Text(method.Signature);
        MethodHashes.Add(SegmentIndex.HashOf(method.FullName));
        return Added(DictionarySection.Methods, _methods, ref local);
    }

    int Add(CodeNodeId id, ref int local)
    {
        if (!catalog.CodeNodes.TryGet(id, out var key)) return 0;
        var target = Target(key.Target);
        var resolved = catalog.CodeNodes.MethodOf(id);
        var method = Method(resolved);
        var section = Section(DictionarySection.CodeNodes);
        section.Number((ulong)target);
        section.Number(key.Address);
        section.Number((ulong)method);
        section.Signed(method == 0 ? key.IlOffset : catalog.CodeNodes.OffsetOf(id));
        _methodOfNode.Add(method);
        Added(DictionarySection.CodeNodes, _codeNodes, ref local);
        if (resolved.IsNone) _unresolved.Add((id, local));
        return local;
    }

    int Add(StackId id)
    {
        // The callers first, so that a stack's caller is always known before it.
        var local = 0;
        for (var at = id; catalog.Stacks.TryGet(at, out var node) && (local = _stacks[at.Value]) == 0; at = node.Caller) _callees.Push(at);
        while (_callees.TryPop(out var callee))
        {
            catalog.Stacks.TryGet(callee, out var node);
            var frame = CodeNode(node.Frame);
            var section = Section(DictionarySection.Stacks);
            section.Number((ulong)local);
            section.Number((ulong)frame);
            _frameOfStack.Add(frame);
            local = Added(DictionarySection.Stacks, _stacks, ref _stacks[callee.Value]);
        }
        return local;
    }

    int Add(ThreadId id, ref int local)
    {
        if (!catalog.Threads.TryGet(id, out var key)) return 0;
        var target = Target(key.Target);
        var named = catalog.Threads.NameOf(id);
        var name = Name(named);
        var section = Section(DictionarySection.Threads);
        section.Number((ulong)target);
        section.Signed(key.OsId);
        section.Number((ulong)name);
        _toldThreads.Add((id, named));
        return Added(DictionarySection.Threads, _threads, ref local);
    }

    int Add(SpanId id, ref int local)
    {
        var section = Section(DictionarySection.Spans);
        section.Number((ulong)id.Value);
        var key = catalog.Spans[id];
        section.Byte(key == default ? (byte)0 : (byte)1);
        if (key != default)
        {
            Write(section, key.TraceOrActivity);
            section.Fixed64(key.W3CSpan);
        }
        return Added(DictionarySection.Spans, _spans, ref local);
    }

    int Add(FlowId id, ref int local)
    {
        var section = Section(DictionarySection.Flows);
        section.Number((ulong)id.Value);
        var trace = catalog.Flows[id];
        section.Byte(trace == 0 ? (byte)0 : (byte)1);
        if (trace != 0)
        {
            Write(section, trace);
            FlowHashes.Add(SegmentIndex.HashOf(trace));
        }
        return Added(DictionarySection.Flows, _flows, ref local);
    }

    int Add(PayloadId id, ref int local)
    {
        // The keys are names: first they, then the payload, as a frame may end after any entry.
        for (var keys = catalog.Payloads.Read(id); keys.Next();) Name(keys.Key);
        var reader = catalog.Payloads.Read(id);
        var fields = 0;
        var section = Section(DictionarySection.Payloads);
        var counter = section.Length;
        section.Byte(0);
        for (; fields < MaxFields && reader.Next(); fields++)
        {
            section.Number((ulong)Name(reader.Key));
            section.Number((ulong)reader.Value.Length);
            section.Bytes(reader.Value);
        }
        if (fields == 0)
        {
            section.CutTo(counter);
            return 0;
        }
        section.From(counter)[0] = (byte)fields;
        return Added(DictionarySection.Payloads, _payloads, ref local);
    }

    /// <summary>Fields of a payload that are kept; tags beyond it are cut, as a count must fit a byte.</summary>
    internal const int MaxFields = 255;

    static readonly TargetInfo Unknown = new(0, "", "", "", "", "", EventTime.Min, 0, "");

    void UpdateTargets()
    {
        for (var i = 1; i <= catalog.Targets.All.Count; i++)
        {
            var target = catalog.Targets[new((ushort)i)];
            if (_targets[i] is not (> 0 and var local) || ReferenceEquals(_toldTargets[local - 1], target)) continue;
            _toldTargets[local - 1] = target;
            var section = Section(DictionarySection.TargetUpdates);
            section.Number((ulong)local);
            Write(section, target);
            Added(DictionarySection.TargetUpdates);
        }
    }

    void UpdateCodeNodes()
    {
        var kept = 0;
        for (var i = 0; i < _unresolved.Count; i++)
        {
            var (node, local) = _unresolved[i];
            var method = Method(catalog.CodeNodes.MethodOf(node));
            if (method == 0)
            {
                _unresolved[kept++] = (node, local);
                continue;
            }
            _methodOfNode[local] = method;
            var section = Section(DictionarySection.CodeNodeUpdates);
            section.Number((ulong)local);
            section.Number((ulong)method);
            section.Signed(catalog.CodeNodes.OffsetOf(node));
            Added(DictionarySection.CodeNodeUpdates);
        }
        CollectionsMarshal.SetCount(_unresolved, kept);
    }

    void UpdateThreads()
    {
        for (var i = 0; i < _toldThreads.Count; i++)
        {
            var (thread, told) = _toldThreads[i];
            var now = catalog.Threads.NameOf(thread);
            if (now == told) continue;
            _toldThreads[i] = (thread, now);
            var name = Name(now);
            var section = Section(DictionarySection.ThreadUpdates);
            section.Number((ulong)(i + 1));
            section.Number((ulong)name);
            Added(DictionarySection.ThreadUpdates);
        }
    }

    internal static void Write(ByteWriter section, TargetInfo target)
    {
        section.Signed(target.Pid);
        foreach (var text in (ReadOnlySpan<string>)[target.Name, target.CommandLine, target.RuntimeVersion, target.Architecture, target.OperatingSystem, target.ApplicationModule]) section.Text(text);
        section.Signed(target.StartTime.UnixNanos);
        section.Signed(target.ProcessorCount);
    }

    internal static void Write(ByteWriter section, UInt128 identity)
    {
        section.Fixed64((ulong)identity);
        section.Fixed64((ulong)(identity >> 64));
    }

    ByteWriter Section(DictionarySection section)
    {
        var writer = _sections[(int)section];
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
        _pendingBytes += _sections[(int)section].Length - _entryStart;
        if (_pendingBytes > FrameBytes) Emit();
    }
}
