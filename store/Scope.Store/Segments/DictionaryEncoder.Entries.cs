// How each sort of entry is written, the entries that it needs before it.
using Scope.Events;

namespace Scope.Store.Segments;

sealed partial class DictionaryEncoder
{
    int Add(NameId id, ref int local)
    {
        Section(DictionarySection.Names).Text(catalog.Names[id]);
        return Added(DictionarySection.Names, _names, ref local);
    }

    int Add(TargetId id, ref int local)
    {
        var target = id.Value <= catalog.Targets.All.Count ? catalog.Targets[id] : Unknown;
        var section = Section(DictionarySection.Targets);
        section.Number((ulong)(recorded?.RecordedOf(id) ?? id.Value));
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
        var section = Section(DictionarySection.MethodTexts);
        section.Number((ulong)module);
        section.Number((uint)method.Token);
        _methodTexts.Write(section, method.Type);
        _methodTexts.Write(section, method.Name);
        _methodTexts.Write(section, method.Signature);
        MethodHashes.Add(SegmentIndex.HashOf(method.FullName));
        return Added(DictionarySection.MethodTexts, _methods, ref local);
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
            var section = Section(DictionarySection.StackSteps);
            section.Number((ulong)(_stacks.Count - local)); // The caller's is mostly the one before.
            section.Number((ulong)frame);
            _frameOfStack.Add(frame);
            local = Added(DictionarySection.StackSteps, _stacks, ref _stacks[callee.Value]);
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
        var key = catalog.Spans[id];
        var flow = key.IsActivity ? 0 : Flow(catalog.Flows.Find(key.TraceOrActivity));
        Tell(Section(DictionarySection.SpanIdentities), recorded?.Spans.RecordedOf(id) ?? id.Value, ref _nextSpan);
        _spanIdentities.Span(key, flow);
        return Added(DictionarySection.SpanIdentities, _spans, ref local);
    }

    int Add(FlowId id, ref int local)
    {
        Tell(Section(DictionarySection.FlowIdentities), recorded?.Flows.RecordedOf(id) ?? id.Value, ref _nextFlow);
        var trace = catalog.Flows[id];
        _flowIdentities.Flow(trace);
        if (trace != 0) FlowHashes.Add(SegmentIndex.HashOf(trace));
        return Added(DictionarySection.FlowIdentities, _flows, ref local);
    }

    static void Tell(ByteWriter section, int recorded, ref int next)
    {
        section.Signed(recorded - (long)next);
        next = recorded + 1;
    }

    int Add(PayloadId id, ref int local)
    {
        // The keys are names: first they, then the payload, as a frame may end after any entry.
        for (var keys = catalog.Payloads.Read(id); keys.Next();) Name(keys.Key);
        var reader = catalog.Payloads.Read(id);
        var fields = 0;
        var section = Section(DictionarySection.PayloadFields);
        var counter = section.Length;
        section.Byte(0);
        for (; fields < Limits.SegmentPayloadFields && reader.Next(); fields++)
        {
            section.Number((ulong)Name(reader.Key));
            var value = reader.Value;
            var isThere = _recentValues.Has(value, out var place);
            section.Number(isThere ? (ulong)place << 1 | 1 : (ulong)value.Length << 1);
            if (!isThere) section.Bytes(value);
        }
        if (fields == 0)
        {
            section.CutTo(counter);
            return 0;
        }
        section.From(counter)[0] = (byte)fields;
        return Added(DictionarySection.PayloadFields, _payloads, ref local);
    }

    static readonly TargetInfo Unknown = new(0, "", "", "", "", "", EventTime.Min, 0, "");

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
}
