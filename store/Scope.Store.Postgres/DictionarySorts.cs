// The sorts of dictionary entries, as they stand in the database: how each is written, with a readable text, and read. The
// bytes are a segment's (store/FORMAT.md) but with the recording's ids, so that entries can be read in any number of parts.
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Postgres;

/// <summary>Reads one entry into a catalog.</summary>
delegate void EntryReader(Catalog catalog, ref ByteCursor entry);

/// <summary>One sort of entries.</summary>
/// <param name="Section">Which.</param>
/// <param name="IsPassing">Whether entries belong to an hour and go with it.</param>
/// <param name="LastId">The last id of a catalog.</param>
/// <param name="Write">Writes an entry's bytes.</param>
/// <param name="Read">Reads the next entry.</param>
/// <param name="Text">What an entry is called, for people; null for sorts that people do not read.</param>
/// <param name="Skip">Goes on after an id whose entry is gone, as are those before it that have no id yet.</param>
/// <param name="Identities">How entries are written and read where they are identities; those that are written otherwise are of an older schema, and are read still.</param>
sealed record DictionarySort(DictionarySection Section, bool IsPassing, Func<Catalog, int> LastId, Action<Catalog, int, ByteWriter> Write, EntryReader Read, Func<Catalog, int, string>? Text = null, Action<Catalog, int>? Skip = null, IdentitySort? Identities = null)
{
    /// <summary>The numbers that blocks of the sort have in the database.</summary>
    public IEnumerable<short> Numbers => Identities is null ? [(short)Section] : [(short)Section, (short)Identities.Section];


    /// <summary>All of them; each may use entries of those before it.</summary>
    public static IReadOnlyList<DictionarySort> All { get; } =
    [
        new(DictionarySection.Names, false, c => c.Names.LastId, (c, id, to) => to.Text(c.Names[new(id)]), (c, ref from) => c.Names.Intern(from.Text()), (c, id) => c.Names[new(id)]),
        new(DictionarySection.Targets, false, c => c.Targets.All.Count, (c, id, to) => DictionaryEncoder.Write(to, c.Targets[new((ushort)id)]), (c, ref from) => c.Targets.Add(DictionaryDecoder.TargetOf(ref from)), (c, id) => c.Targets[new((ushort)id)].Name),
        new(DictionarySection.Modules, false, c => c.Modules.LastId, WriteModule, (c, ref from) => c.Modules.Intern(new(new((ushort)from.Number()), from.Fixed64(), from.Text(), from.Byte() != 0))),
        new(DictionarySection.Methods, false, c => c.Methods.LastId, WriteMethod, (c, ref from) => c.Methods.Intern(new(new((int)from.Number()), (int)(uint)from.Number(), from.Text(), from.Text(), from.Text())), (c, id) => c.Methods[new(id)]!.FullName),
        new(DictionarySection.CodeNodes, false, c => c.CodeNodes.LastId, WriteCodeNode, ReadCodeNode),
        new(DictionarySection.Stacks, false, c => c.Stacks.LastId, WriteStack, (c, ref from) => c.Stacks.Intern(new StackId((int)from.Number()), new CodeNodeId((int)from.Number()))),
        new(DictionarySection.Threads, false, c => c.Threads.LastId, WriteThread, ReadThread, ThreadText),
        new(DictionarySection.Flows, true, c => c.Flows.LastId, (c, id, to) => DictionaryEncoder.Write(to, c.Flows[new(id)]), (c, ref from) => AddFlow(c, DictionaryDecoder.Identity(ref from)), Skip: (c, last) => c.Flows.Skip(last), Identities: IdentitySort.Flows),
        new(DictionarySection.Spans, true, c => c.Spans.LastId, WriteSpan, ReadSpan, Skip: (c, last) => c.Spans.Skip(last), Identities: IdentitySort.Spans),
        new(DictionarySection.Payloads, true, c => c.Payloads.LastId, WritePayload, (c, ref from) => c.Payloads.Add(from.Bytes(from.Left)), Skip: (c, last) => c.Payloads.Skip(last)),
    ];

    static void WriteModule(Catalog c, int id, ByteWriter to)
    {
        var module = c.Modules[new(id)]!;
        to.Number(module.Target.Value);
        to.Fixed64(module.RuntimeModuleId);
        to.Text(module.Path);
        to.Byte(module.IsDynamic ? (byte)1 : (byte)0);
    }

    static void WriteMethod(Catalog c, int id, ByteWriter to)
    {
        var method = c.Methods[new(id)]!;
        to.Number((ulong)method.Module.Value);
        to.Number((uint)method.Token);
        foreach (var text in (ReadOnlySpan<string>)[method.Type, method.Name, method.Signature]) to.Text(text);
    }

    static void WriteCodeNode(Catalog c, int id, ByteWriter to)
    {
        c.CodeNodes.TryGet(new(id), out var key);
        to.Number(key.Target.Value);
        to.Number(key.Address);
        to.Number((ulong)key.Method.Value);
        to.Signed(key.IlOffset);
        to.Number((ulong)c.CodeNodes.MethodOf(new(id)).Value);
        to.Signed(c.CodeNodes.OffsetOf(new(id)));
    }

    static void ReadCodeNode(Catalog c, ref ByteCursor from)
    {
        var target = new TargetId((ushort)from.Number());
        var address = from.Number();
        var (method, offset) = (new MethodId((int)from.Number()), (int)from.Signed());
        var (resolved, at) = (new MethodId((int)from.Number()), (int)from.Signed());
        var id = address == 0 ? c.CodeNodes.Intern(target, method, offset) : c.CodeNodes.Intern(target, address);
        if (!resolved.IsNone) c.CodeNodes.Resolve(id, resolved, at);
    }

    static void WriteStack(Catalog c, int id, ByteWriter to)
    {
        c.Stacks.TryGet(new(id), out var node);
        to.Number((ulong)node.Caller.Value);
        to.Number((ulong)node.Frame.Value);
    }

    static void WriteThread(Catalog c, int id, ByteWriter to)
    {
        c.Threads.TryGet(new(id), out var key);
        to.Number(key.Target.Value);
        to.Signed(key.OsId);
        to.Number((ulong)c.Threads.NameOf(new(id)).Value);
    }

    static string ThreadText(Catalog c, int id) => $"{c.Threads.OsIdOf(new(id))} {c.Names[c.Threads.NameOf(new(id))]}";

    static void ReadThread(Catalog c, ref ByteCursor from)
    {
        var id = c.Threads.Intern(new((ushort)from.Number()), from.Signed());
        if (from.Number() is > 0 and var name) c.Threads.SetName(id, new((int)name));
    }

    /// <summary>Gives a flow that was read the next id.</summary>
    public static void AddFlow(Catalog c, UInt128 trace)
    {
        if (trace == 0 || !c.Flows.Find(trace).IsNone) c.Flows.New(); else c.Flows.Intern(trace);
    }

    /// <summary>Gives a span that was read the next id.</summary>
    public static void AddSpan(Catalog c, SpanKey key)
    {
        if (key == default || !c.Spans.Find(key).IsNone) c.Spans.New(key); else c.Spans.Intern(key);
    }

    // A span is mostly of a flow that is known by the same trace id, which need not be said again.
    static void WriteSpan(Catalog c, int id, ByteWriter to)
    {
        var key = c.Spans[new(id)];
        var flow = key.IsActivity ? default : c.Flows.Find(key.TraceOrActivity);
        to.Number((ulong)flow.Value);
        if (flow.IsNone) DictionaryEncoder.Write(to, key.TraceOrActivity);
        to.Fixed64(key.W3CSpan);
    }

    static void ReadSpan(Catalog c, ref ByteCursor from)
    {
        var flow = new FlowId((int)from.Number());
        AddSpan(c, new(flow.IsNone ? DictionaryDecoder.Identity(ref from) : c.Flows[flow], from.Fixed64()));
    }

    static void WritePayload(Catalog c, int id, ByteWriter to)
    {
        var bytes = c.Payloads.Bytes(new(id));
        to.Bytes(bytes.IsEmpty ? [0, 0] : bytes); // One empty field: a payload without bytes would have no id, and the ids after it would be others.
    }
}
