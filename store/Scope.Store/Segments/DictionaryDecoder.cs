// The reading side of a segment's dictionaries: entries come in, get ids in the reader's own catalog, and the segment's
// ids are looked up in lists as long as the entries that were really there, so that no id of a hostile file costs memory.
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>Reads dictionary frames into a catalog and translates the segment's ids to the catalog's.</summary>
sealed partial class DictionaryDecoder
{
    delegate void EntryReader(ref ByteCursor entry);

    readonly List<NameId> _names = [default];
    readonly List<TargetId> _targets = [default];
    readonly List<ModuleId> _modules = [default];
    readonly List<MethodId> _methods = [default];
    readonly List<(CodeNodeId Id, int Method)> _codeNodes = [default];
    readonly List<(StackId Id, int Frame)> _stacks = [default];
    readonly List<ThreadId> _threads = [default];
    readonly List<SpanId> _spans = [default];
    readonly List<FlowId> _flows = [default];
    readonly List<PayloadId> _payloads = [default];
    readonly byte[] _payload = new byte[Limits.PayloadBytes * 2]; // Keys can have longer numbers here than where it came from.
    readonly List<string> _methodTexts = [];
    readonly RecentValues _recentValues = new();
    readonly Catalog _catalog;
    readonly KnownIdentities _known;
    readonly EntryReader?[] _readers;

    readonly Func<SpanKey, KnownIdentities.TwoGenerations<SpanId>, SpanId> _newSpan;
    readonly Func<UInt128, KnownIdentities.TwoGenerations<FlowId>, FlowId> _newFlow;

    /// <param name="catalog">Where the entries go.</param>
    /// <param name="known">What earlier segments of the recording told.</param>
    public DictionaryDecoder(Catalog catalog, KnownIdentities known)
    {
        (_catalog, _known) = (catalog, known);
        _readers = Readers();
        // A GUID can stand for several spans, one after the other: one that is known already, under another id, is another span.
        _newSpan = (key, taken) => key == default || (catalog.Spans.Find(key) is { IsNone: false } known && (key.IsActivity || taken.IsTaken(known))) ? catalog.Spans.New(key) : catalog.Spans.Intern(key);
        _newFlow = (trace, _) => trace == 0 ? catalog.Flows.New() : catalog.Flows.Intern(trace);
    }

    /// <summary>How many entries each dictionary has, 0 counted: the bounds of the ids in events.</summary>
    public int NameCount => _names.Count;
    public int TargetCount => _targets.Count;
    public int MethodCount => _methods.Count;
    public int CodeNodeCount => _codeNodes.Count;
    public int StackCount => _stacks.Count;
    public int ThreadCount => _threads.Count;
    public int SpanCount => _spans.Count;
    public int FlowCount => _flows.Count;
    public int PayloadCount => _payloads.Count;

    public NameId Name(int local) => _names[local];
    public TargetId Target(int local) => _targets[local];
    public MethodId Method(int local) => _methods[local];
    public CodeNodeId CodeNode(int local) => _codeNodes[local].Id;
    public int MethodOf(int localNode) => _codeNodes[localNode].Method;
    public StackId Stack(int local) => _stacks[local].Id;
    public int FrameOf(int localStack) => _stacks[localStack].Frame;
    public ThreadId Thread(int local) => _threads[local];
    public SpanId Span(int local) => _spans[local];
    public FlowId Flow(int local) => _flows[local];
    public PayloadId Payload(int local) => _payloads[local];

    /// <summary>Reads the content of a dictionary frame; says what is wrong with it, or null.</summary>
    public string? Read(ReadOnlySpan<byte> content)
    {
        var frame = new ByteCursor(content);
        while (!frame.AtEnd)
        {
            var section = (DictionarySection)frame.Byte();
            var entries = frame.Number();
            var bytes = frame.Bytes(frame.Number(Limits.SegmentFrameBytes, "the length of a section"));
            if (frame.Mistake is { } mistake) return mistake;
            if (section is DictionarySection.FlowIdentities or DictionarySection.SpanIdentities)
            {
                if (ReadIdentities(section, bytes, entries) is { } amiss) return $"{amiss}, in its section of {section}";
                continue;
            }
            var cursor = new ByteCursor(bytes);
            if (_readers[(int)section] is not { } read) return $"there is a section of the unknown sort {(int)section}";
            for (; entries > 0 && !cursor.AtEnd; entries--) read(ref cursor);
            if (cursor.Mistake is { } wrong) return $"{wrong}, in its section of {section}";
            if (entries != 0 || !cursor.AtEnd) return $"its section of {section} does not hold as many entries as it says";
        }
        return _randomAt == _random.Length ? null : $"there are {_random.Length - _randomAt} bytes of random ids too many before it";
    }

    EntryReader?[] Readers()
    {
        var readers = new EntryReader?[byte.MaxValue + 1];
        readers[(int)DictionarySection.Names] = ReadName;
        readers[(int)DictionarySection.Targets] = ReadTarget;
        readers[(int)DictionarySection.Modules] = ReadModule;
        readers[(int)DictionarySection.Methods] = ReadMethod;
        readers[(int)DictionarySection.CodeNodes] = ReadCodeNode;
        readers[(int)DictionarySection.Stacks] = ReadStack;
        readers[(int)DictionarySection.Threads] = ReadThread;
        readers[(int)DictionarySection.Spans] = ReadSpan;
        readers[(int)DictionarySection.Flows] = ReadFlow;
        readers[(int)DictionarySection.Payloads] = ReadPayload;
        readers[(int)DictionarySection.TargetUpdates] = ReadTargetUpdate;
        readers[(int)DictionarySection.CodeNodeUpdates] = ReadCodeNodeUpdate;
        readers[(int)DictionarySection.ThreadUpdates] = ReadThreadUpdate;
        readers[(int)DictionarySection.StackSteps] = ReadStackStep;
        readers[(int)DictionarySection.MethodTexts] = ReadMethodTexts;
        readers[(int)DictionarySection.PayloadFields] = ReadPayloadFields;
        return readers;
    }

    void ReadName(ref ByteCursor entry) => _names.Add(_catalog.Names.Intern(entry.Text()));

    void ReadTarget(ref ByteCursor entry)
    {
        var recorded = entry.Number(ushort.MaxValue, "the id of a target");
        var target = TargetOf(ref entry);
        if (entry.Mistake is not null) return;
        if (_known.Targets.TryGetValue(recorded, out var id) || TryTakeUp(recorded, target, out id)) _catalog.Targets.Update(id, target);
        else if (_catalog.Targets.All.Count < Limits.Targets) _known.Targets[recorded] = id = _catalog.Targets.Add(target);
        else entry.Fail($"there are more than {Limits.Targets} targets");
        _targets.Add(id);
    }

    /// <summary>A process that the catalog knew before this recording was read.</summary>
    bool TryTakeUp(int recorded, TargetInfo target, out TargetId id)
    {
        var all = _catalog.Targets.All;
        for (var i = 0; i < all.Count; i++)
        {
            id = new((ushort)(i + 1));
            if (all[i].Pid != target.Pid || all[i].StartTime != target.StartTime || _known.Targets.ContainsValue(id)) continue;
            _known.Targets[recorded] = id;
            return true;
        }
        id = default;
        return false;
    }

    void ReadTargetUpdate(ref ByteCursor entry)
    {
        var id = _targets[Local(ref entry, _targets.Count, "target")];
        var target = TargetOf(ref entry);
        if (entry.Mistake is null && !id.IsNone) _catalog.Targets.Update(id, target);
    }

    void ReadModule(ref ByteCursor entry)
    {
        var target = _targets[Local(ref entry, _targets.Count, "target")];
        _modules.Add(_catalog.Modules.Intern(new(target, entry.Fixed64(), entry.Text(), entry.Byte() != 0)));
    }

    void ReadMethod(ref ByteCursor entry)
    {
        var module = _modules[Local(ref entry, _modules.Count, "module")];
        _methods.Add(_catalog.Methods.Intern(new(module, (int)(uint)entry.Number(), entry.Text(), entry.Text(), entry.Text())));
    }

    void ReadMethodTexts(ref ByteCursor entry)
    {
        var module = _modules[Local(ref entry, _modules.Count, "module")];
        var token = (int)(uint)entry.Number();
        string type = RepeatedTexts.Read(ref entry, _methodTexts), name = RepeatedTexts.Read(ref entry, _methodTexts), signature = RepeatedTexts.Read(ref entry, _methodTexts);
        _methods.Add(_catalog.Methods.Intern(new(module, token, type, name, signature)));
    }

    void ReadCodeNode(ref ByteCursor entry)
    {
        var target = _targets[Local(ref entry, _targets.Count, "target")];
        var address = entry.Number();
        var method = Local(ref entry, _methods.Count, "method");
        var offset = (int)entry.Signed();
        var id = address == 0 ? _catalog.CodeNodes.Intern(target, _methods[method], offset) : _catalog.CodeNodes.Intern(target, address);
        if (address != 0 && method != 0 && !id.IsNone) _catalog.CodeNodes.Resolve(id, _methods[method], offset);
        _codeNodes.Add((id, method));
    }

    void ReadCodeNodeUpdate(ref ByteCursor entry)
    {
        var node = Local(ref entry, _codeNodes.Count, "code node");
        var method = Local(ref entry, _methods.Count, "method");
        var offset = (int)entry.Signed();
        if (entry.Mistake is not null || node == 0) return;
        var id = _codeNodes[node].Id;
        _codeNodes[node] = (id, method);
        if (!id.IsNone) _catalog.CodeNodes.Resolve(id, _methods[method], offset);
    }

    void ReadStack(ref ByteCursor entry)
    {
        var caller = _stacks[Local(ref entry, _stacks.Count, "stack")].Id;
        var frame = Local(ref entry, _codeNodes.Count, "code node");
        _stacks.Add((_catalog.Stacks.Intern(caller, _codeNodes[frame].Id), frame));
    }

    void ReadStackStep(ref ByteCursor entry)
    {
        var steps = Local(ref entry, _stacks.Count, "stack");
        var frame = Local(ref entry, _codeNodes.Count, "code node");
        _stacks.Add((_catalog.Stacks.Intern(_stacks[_stacks.Count - 1 - steps].Id, _codeNodes[frame].Id), frame));
    }

    void ReadThread(ref ByteCursor entry)
    {
        var target = _targets[Local(ref entry, _targets.Count, "target")];
        var id = _catalog.Threads.Intern(target, entry.Signed());
        Rename(id, Local(ref entry, _names.Count, "name"));
        _threads.Add(id);
    }

    void ReadThreadUpdate(ref ByteCursor entry)
    {
        var id = _threads[Local(ref entry, _threads.Count, "thread")];
        Rename(id, Local(ref entry, _names.Count, "name"));
    }

    void Rename(ThreadId thread, int name)
    {
        if (name != 0 && !thread.IsNone) _catalog.Threads.SetName(thread, _names[name]);
    }

    void ReadSpan(ref ByteCursor entry)
    {
        var recorded = entry.Number(int.MaxValue, "the id of a span");
        var key = entry.Byte() switch
        {
            0 => default,
            1 => new(Identity(ref entry), entry.Fixed64()),
            2 => new(_catalog.Flows[_flows[Local(ref entry, _flows.Count, "flow")]], entry.Fixed64()),
            var other => new SpanKey(entry.Fail($"a span's identity is of the unknown sort {other}"), 0),
        };
        _spans.Add(_known.Spans.Get(recorded, key, _newSpan));
    }

    void ReadFlow(ref ByteCursor entry)
    {
        var recorded = entry.Number(int.MaxValue, "the id of a flow");
        var trace = entry.Byte() == 0 ? 0 : Identity(ref entry);
        _flows.Add(_known.Flows.Get(recorded, trace, _newFlow));
    }

    void ReadPayload(ref ByteCursor entry) => ReadPayload(ref entry, mayRepeat: false);

    void ReadPayloadFields(ref ByteCursor entry) => ReadPayload(ref entry, mayRepeat: true);

    void ReadPayload(ref ByteCursor entry, bool mayRepeat)
    {
        int fields = entry.Byte(), length = 0;
        for (var i = 0; i < fields && entry.Mistake is null; i++)
        {
            var key = _names[Local(ref entry, _names.Count, "name")];
            var value = mayRepeat ? ReadField(ref entry) : entry.Bytes(entry.Number(Limits.PayloadBytes, FieldLength));
            if (length + value.Length + LongestFieldHead > _payload.Length)
            {
                entry.Fail($"a payload is longer than {Limits.PayloadBytes} bytes");
                return;
            }
            length += Varint.Write(_payload.AsSpan(length), (uint)key.Value);
            length += Varint.Write(_payload.AsSpan(length), (uint)value.Length);
            value.CopyTo(_payload.AsSpan(length));
            length += value.Length;
        }
        _payloads.Add(_catalog.Payloads.Add(_payload.AsSpan(0, length)));
    }

    ReadOnlySpan<byte> ReadField(ref ByteCursor entry)
    {
        var told = entry.Number(Limits.PayloadBytes * 2 + 1, FieldLength);
        if ((told & 1) != 0 && told >> 1 >= RecentValues.Count) entry.Fail($"the place of a payload's field is {told >> 1} where there are {RecentValues.Count}");
        if (entry.Mistake is not null) return default;
        if ((told & 1) != 0) return _recentValues[told >> 1];
        var value = entry.Bytes(told >> 1);
        _recentValues.Has(value, out _);
        return value;
    }

    const string FieldLength = "the length of a payload's field";
    const int LongestFieldHead = 10;

    static int Local(ref ByteCursor entry, int count, string what) => entry.Number(count - 1, $"the number of a {what}");

    internal static UInt128 Identity(ref ByteCursor entry)
    {
        var low = entry.Fixed64();
        return new(entry.Fixed64(), low);
    }

    internal static TargetInfo TargetOf(ref ByteCursor entry)
    {
        var pid = (int)entry.Signed();
        string name = entry.Text(), commandLine = entry.Text(), runtime = entry.Text(), architecture = entry.Text(), system = entry.Text(), application = entry.Text();
        var start = new EventTime(entry.Signed());
        return new(pid, name, commandLine, runtime, architecture, system, start, (int)entry.Signed(), application);
    }
}
