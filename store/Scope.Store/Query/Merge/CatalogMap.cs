// From the handles of one tier to those of the answer and back. Tiers of one recording may number alike (what is shipped while
// it is recorded keeps its ids) or not (a recording that is opened again numbers anew), and different recordings never do.
// So things are told by what they are; what has no identity is the same only where the numbers are.
//
// Names, threads, methods, flows and spans with an identity are mapped before each question, as a question is put in the
// answer's ids; the rest when an event brings it.
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Query.Merge;

/// <summary>Maps the handles of one tier. For one thread at a time.</summary>
/// <param name="recording">The recording that the tier is of.</param>
/// <param name="from">The tier's catalog, which may grow.</param>
/// <param name="answer">The answer's.</param>
/// <param name="maps">What is mapped already.</param>
sealed class CatalogMap(string recording, Catalog from, AnswerCatalog answer, IdMaps maps)
{
    readonly Catalog _to = answer.Catalog;
    readonly Dictionary<TargetId, TargetInfo> _targets = [];
    readonly byte[] _buffer = new byte[Limits.PayloadBytes];

    /// <summary>The maps, for building questions.</summary>
    public IdMaps Maps => maps;

    /// <summary>Maps what the tier has learnt since the last time.</summary>
    public void CatchUp()
    {
        for (var i = 1; i <= from.Targets.All.Count; i++) Target(new((ushort)i));
        for (; maps.Names.Seen < from.Names.LastId; maps.Names.Seen++) Name(new(maps.Names.Seen + 1));
        for (; maps.Threads.Seen < from.Threads.LastId; maps.Threads.Seen++) Thread(new(maps.Threads.Seen + 1));
        for (; maps.Methods.Seen < from.Methods.LastId; maps.Methods.Seen++) Method(new(maps.Methods.Seen + 1));
        maps.Flows.Seen = Math.Max(maps.Flows.Seen, from.Flows.FirstId - 1);
        for (; maps.Flows.Seen < from.Flows.LastId; maps.Flows.Seen++) if (from.Flows[new FlowId(maps.Flows.Seen + 1)] != 0) Flow(new(maps.Flows.Seen + 1));
        maps.Spans.Seen = Math.Max(maps.Spans.Seen, from.Spans.FirstId - 1);
        for (; maps.Spans.Seen < from.Spans.LastId; maps.Spans.Seen++) if (!from.Spans[new SpanId(maps.Spans.Seen + 1)].IsActivity) Span(new(maps.Spans.Seen + 1));
    }

    /// <summary>An event with the answer's handles.</summary>
    /// <param name="e">The tier's event.</param>
    /// <param name="idOffset">What is added to the ids of the recording's events in the answer.</param>
    public ScopeEvent Translate(in ScopeEvent e, long idOffset)
    {
        var told = e;
        told.Target = Target(e.Target);
        told.Thread = Thread(e.Thread);
        told.Span = Span(e.Span);
        told.Parent = Span(e.Parent);
        told.Flow = Flow(e.Flow);
        told.Method = Method(e.Method);
        told.CodeNode = CodeNode(e.CodeNode);
        told.Name = Name(e.Name);
        told.Stack = Stack(e.Stack);
        told.Payload = Payload(e.Payload);
        told.Related = RelatedSorts.Of(e.Kind) switch
        {
            RelatedSort.Thread => RelatedId.Of(Thread(e.Related.AsThread)),
            RelatedSort.Span => RelatedId.Of(Span(e.Related.AsActivity)),
            _ => e.Related,
        };
        if (e.Kind == EventKind.Link) told.Value += idOffset;
        return told;
    }

    NameId Name(NameId id)
    {
        if (maps.Names.TryForth(id.Value, out var known)) return new(known);
        return id.Value <= from.Names.LastId ? new(maps.Names.Add(id.Value, _to.Names.Intern(from.Names[id]).Value)) : default;
    }

    TargetId Target(TargetId id)
    {
        if (id.IsNone || id.Value > from.Targets.All.Count) return default;
        var told = from.Targets[id];
        var isKnown = maps.Targets.TryForth(id.Value, out var known);
        if (isKnown && _targets.TryGetValue(id, out var before) && ReferenceEquals(before, told)) return new((ushort)known);
        _targets[id] = told;
        if (!isKnown) return new((ushort)maps.Targets.Add(id.Value, answer.Target(recording, told).Value));
        if (known != 0) _to.Targets.Update(new((ushort)known), told); // More is known of it now, maybe even when it started; it stays what it was.
        return new((ushort)known);
    }

    ThreadId Thread(ThreadId id)
    {
        if (maps.Threads.TryForth(id.Value, out var known)) return new(known);
        if (!from.Threads.TryGet(id, out var key)) return default;
        var thread = _to.Threads.Intern(Target(key.Target), key.OsId);
        if (from.Threads.NameOf(id) is { IsNone: false } name) _to.Threads.SetName(thread, Name(name));
        return new(maps.Threads.Add(id.Value, thread.Value));
    }

    MethodId Method(MethodId id)
    {
        if (maps.Methods.TryForth(id.Value, out var known)) return new(known);
        return from.Methods[id] is { } method ? new(maps.Methods.Add(id.Value, _to.Methods.Intern(method with { Module = Module(method.Module) }).Value)) : default;
    }

    ModuleId Module(ModuleId id)
    {
        if (maps.Modules.TryForth(id.Value, out var known)) return new(known);
        return from.Modules[id] is { } module ? new(maps.Modules.Add(id.Value, _to.Modules.Intern(module with { Target = Target(module.Target) }).Value)) : default;
    }

    CodeNodeId CodeNode(CodeNodeId id)
    {
        if (maps.CodeNodes.TryForth(id.Value, out var known) && (known == 0 || !_to.CodeNodes.MethodOf(new(known)).IsNone)) return new(known);
        if (!from.CodeNodes.TryGet(id, out var key)) return default;
        // A node may have been mapped before anybody knew its method.
        var node = new CodeNodeId(known != 0 ? known : key.Address == 0 ? _to.CodeNodes.Intern(Target(key.Target), Method(key.Method), key.IlOffset).Value : _to.CodeNodes.Intern(Target(key.Target), key.Address).Value);
        if (!node.IsNone && from.CodeNodes.MethodOf(id) is { IsNone: false } method) _to.CodeNodes.Resolve(node, Method(method), from.CodeNodes.OffsetOf(id));
        return new(known != 0 ? known : maps.CodeNodes.Add(id.Value, node.Value));
    }

    // As deep as stacks are, which their limit bounds.
    StackId Stack(StackId id)
    {
        if (maps.Stacks.TryForth(id.Value, out var known)) return new(known);
        return from.Stacks.TryGet(id, out var node) ? new(maps.Stacks.Add(id.Value, _to.Stacks.Intern(Stack(node.Caller), CodeNode(node.Frame)).Value)) : default;
    }

    SpanId Span(SpanId id) => new(maps.Spans.TryForth(id.Value, out var known) ? known : maps.Spans.Add(id.Value, answer.Span(from.Spans[id]).Value));

    FlowId Flow(FlowId id) => new(maps.Flows.TryForth(id.Value, out var known) ? known : maps.Flows.Add(id.Value, answer.Flow(from.Flows[id]).Value));

    PayloadId Payload(PayloadId id)
    {
        if (id.IsNone) return default;
        if (maps.Payloads.TryGetValue(id.Value, out var known) && !_to.Payloads.IsForgotten(known)) return known;
        var writer = new PayloadWriter(_buffer);
        var fields = from.Payloads.Read(id);
        while (fields.Next()) writer.Add(Name(fields.Key), fields.Value);
        if (maps.Payloads.Count >= Limits.AnswerPayloads) maps.Payloads.Clear();
        return maps.Payloads[id.Value] = _to.Payloads.Add(writer.Written);
    }
}
