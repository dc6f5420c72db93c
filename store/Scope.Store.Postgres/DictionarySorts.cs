// The sorts of dictionary entries, as they stand in the database: how each is written, with a readable text, and read. The
// bytes are a segment's (store/FORMAT.md) but with the recording's ids, so that entries can be read in any number of parts.
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Postgres;

/// <summary>Where the entries of a sort lie.</summary>
enum EntryPlace
{
    /// <summary>A row each, with readable text, for people and for SQL.</summary>
    Row,
    /// <summary>Many in a row, for as long as the recording is there.</summary>
    Lasting,
    /// <summary>Many in a row, going with the hour of their events.</summary>
    Passing,
}

/// <summary>Reads one entry into a catalog.</summary>
delegate void EntryReader(Catalog catalog, ref ByteCursor entry);

/// <summary>One sort of entries.</summary>
/// <param name="Section">Which.</param>
/// <param name="Place">Where they lie.</param>
/// <param name="LastId">The last id of a catalog.</param>
/// <param name="Write">Writes an entry's bytes and gives its readable text.</param>
/// <param name="Read">Reads the next entry.</param>
/// <param name="Skip">Gives an id to an entry that is gone.</param>
sealed record DictionarySort(DictionarySection Section, EntryPlace Place, Func<Catalog, int> LastId, Func<Catalog, int, ByteWriter, string> Write, EntryReader Read, Action<Catalog>? Skip = null)
{
    /// <summary>All of them; each may use entries of those before it.</summary>
    public static IReadOnlyList<DictionarySort> All { get; } =
    [
        new(DictionarySection.Names, EntryPlace.Row, c => c.Names.LastId, WriteName, (c, ref from) => c.Names.Intern(from.Text())),
        new(DictionarySection.Targets, EntryPlace.Row, c => c.Targets.All.Count, WriteTarget, (c, ref from) => c.Targets.Add(DictionaryDecoder.TargetOf(ref from))),
        new(DictionarySection.Modules, EntryPlace.Row, c => c.Modules.LastId, WriteModule, (c, ref from) => c.Modules.Intern(new(new((ushort)from.Number()), from.Fixed64(), from.Text(), from.Byte() != 0))),
        new(DictionarySection.Methods, EntryPlace.Row, c => c.Methods.LastId, WriteMethod, (c, ref from) => c.Methods.Intern(new(new((int)from.Number()), (int)(uint)from.Number(), from.Text(), from.Text(), from.Text()))),
        new(DictionarySection.CodeNodes, EntryPlace.Lasting, c => c.CodeNodes.LastId, WriteCodeNode, ReadCodeNode),
        new(DictionarySection.Stacks, EntryPlace.Lasting, c => c.Stacks.LastId, WriteStack, (c, ref from) => c.Stacks.Intern(new StackId((int)from.Number()), new CodeNodeId((int)from.Number()))),
        new(DictionarySection.Threads, EntryPlace.Row, c => c.Threads.LastId, WriteThread, ReadThread),
        new(DictionarySection.Flows, EntryPlace.Passing, c => c.Flows.LastId, WriteFlow, ReadFlow, c => c.Flows.New()),
        new(DictionarySection.Spans, EntryPlace.Passing, c => c.Spans.LastId, WriteSpan, ReadSpan, c => c.Spans.New()),
        new(DictionarySection.Payloads, EntryPlace.Passing, c => c.Payloads.LastId, WritePayload, (c, ref from) => c.Payloads.Add(from.Bytes(from.Left)), c => c.Payloads.Add(ForgottenPayload)),
    ];

    /// <summary>One empty field: a payload without bytes would have no id, and the ids after it would be others.</summary>
    static ReadOnlySpan<byte> ForgottenPayload => [0, 0];

    static string WriteName(Catalog c, int id, ByteWriter to)
    {
        to.Text(c.Names[new(id)]);
        return c.Names[new(id)];
    }

    static string WriteTarget(Catalog c, int id, ByteWriter to)
    {
        DictionaryEncoder.Write(to, c.Targets[new((ushort)id)]);
        return c.Targets[new((ushort)id)].Name;
    }

    static string WriteModule(Catalog c, int id, ByteWriter to)
    {
        var module = c.Modules[new(id)]!;
        to.Number(module.Target.Value);
        to.Fixed64(module.RuntimeModuleId);
        to.Text(module.Path);
        to.Byte(module.IsDynamic ? (byte)1 : (byte)0);
        return module.Path;
    }

    static string WriteMethod(Catalog c, int id, ByteWriter to)
    {
        var method = c.Methods[new(id)]!;
        to.Number((ulong)method.Module.Value);
        to.Number((uint)method.Token);
        foreach (var text in (ReadOnlySpan<string>)[method.Type, method.Name, method.Signature]) to.Text(text);
        return method.FullName;
    }

    static string WriteCodeNode(Catalog c, int id, ByteWriter to)
    {
        c.CodeNodes.TryGet(new(id), out var key);
        to.Number(key.Target.Value);
        to.Number(key.Address);
        to.Number((ulong)key.Method.Value);
        to.Signed(key.IlOffset);
        to.Number((ulong)c.CodeNodes.MethodOf(new(id)).Value);
        to.Signed(c.CodeNodes.OffsetOf(new(id)));
        return "";
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

    static string WriteStack(Catalog c, int id, ByteWriter to)
    {
        c.Stacks.TryGet(new(id), out var node);
        to.Number((ulong)node.Caller.Value);
        to.Number((ulong)node.Frame.Value);
        return "";
    }

    static string WriteThread(Catalog c, int id, ByteWriter to)
    {
        c.Threads.TryGet(new(id), out var key);
        to.Number(key.Target.Value);
        to.Signed(key.OsId);
        to.Number((ulong)c.Threads.NameOf(new(id)).Value);
        return $"{key.OsId} {c.Names[c.Threads.NameOf(new(id))]}";
    }

    static void ReadThread(Catalog c, ref ByteCursor from)
    {
        var id = c.Threads.Intern(new((ushort)from.Number()), from.Signed());
        if (from.Number() is > 0 and var name) c.Threads.SetName(id, new((int)name));
    }

    static string WriteFlow(Catalog c, int id, ByteWriter to)
    {
        DictionaryEncoder.Write(to, c.Flows[new(id)]);
        return "";
    }

    static void ReadFlow(Catalog c, ref ByteCursor from)
    {
        var trace = DictionaryDecoder.Identity(ref from);
        if (trace == 0 || !c.Flows.Find(trace).IsNone) c.Flows.New(); else c.Flows.Intern(trace);
    }

    // A span is mostly of a flow that is known by the same trace id, which need not be said again.
    static string WriteSpan(Catalog c, int id, ByteWriter to)
    {
        var key = c.Spans[new(id)];
        var flow = key.IsActivity ? default : c.Flows.Find(key.TraceOrActivity);
        to.Number((ulong)flow.Value);
        if (flow.IsNone) DictionaryEncoder.Write(to, key.TraceOrActivity);
        to.Fixed64(key.W3CSpan);
        return "";
    }

    static void ReadSpan(Catalog c, ref ByteCursor from)
    {
        var flow = new FlowId((int)from.Number());
        var key = new SpanKey(flow.IsNone ? DictionaryDecoder.Identity(ref from) : c.Flows[flow], from.Fixed64());
        if (key == default || !c.Spans.Find(key).IsNone) c.Spans.New(key); else c.Spans.Intern(key);
    }

    static string WritePayload(Catalog c, int id, ByteWriter to)
    {
        var bytes = c.Payloads.Bytes(new(id));
        to.Bytes(bytes.IsEmpty ? ForgottenPayload : bytes);
        return "";
    }
}
