// Dictionary entries as rows: one table for all sorts, each entry in the bytes that a segment has for it, with a readable
// text beside it. Entries go in by rising id and come out so, and so get the same ids again.
using Npgsql;
using NpgsqlTypes;
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Postgres;

/// <summary>Writes the entries of a catalog and makes a catalog of them.</summary>
static class DictionaryRows
{
    /// <summary>One sort of entries.</summary>
    sealed record Sort(DictionarySection Section, Func<Catalog, int> LastId, Func<Catalog, int, ByteWriter, string> Write, Reader Read);

    delegate void Reader(Catalog catalog, ref ByteCursor entry);

    static readonly Sort[] Sorts =
    [
        new(DictionarySection.Names, c => c.Names.LastId, (c, id, to) => { to.Text(c.Names[new(id)]); return c.Names[new(id)]; }, (Catalog c, ref ByteCursor from) => c.Names.Intern(from.Text())),
        new(DictionarySection.Targets, c => c.Targets.All.Count, (c, id, to) => { DictionaryEncoder.Write(to, c.Targets[new((ushort)id)]); return c.Targets[new((ushort)id)].Name; }, (Catalog c, ref ByteCursor from) => c.Targets.Add(DictionaryDecoder.TargetOf(ref from))),
        new(DictionarySection.Modules, c => c.Modules.LastId, WriteModule, (Catalog c, ref ByteCursor from) => c.Modules.Intern(new(new((ushort)from.Number()), from.Fixed64(), from.Text(), from.Byte() != 0))),
        new(DictionarySection.Methods, c => c.Methods.LastId, WriteMethod, (Catalog c, ref ByteCursor from) => c.Methods.Intern(new(new((int)from.Number()), (int)(uint)from.Number(), from.Text(), from.Text(), from.Text()))),
        new(DictionarySection.CodeNodes, c => c.CodeNodes.LastId, WriteCodeNode, ReadCodeNode),
        new(DictionarySection.Stacks, c => c.Stacks.LastId, WriteStack, (Catalog c, ref ByteCursor from) => c.Stacks.Intern(new StackId((int)from.Number()), new CodeNodeId((int)from.Number()))),
        new(DictionarySection.Threads, c => c.Threads.LastId, WriteThread, ReadThread),
        new(DictionarySection.Spans, c => c.Spans.LastId, WriteSpan, ReadSpan),
        new(DictionarySection.Flows, c => c.Flows.LastId, WriteFlow, ReadFlow),
        new(DictionarySection.Payloads, c => c.Payloads.LastId, WritePayload, (Catalog c, ref ByteCursor from) => c.Payloads.Add(from.Bytes(from.Left))),
    ];

    /// <summary>Writes the entries that the database has not got yet, in the connection's transaction.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, long recording, Catalog catalog, CancellationToken cancellation)
    {
        var known = await KnownAsync(connection, recording, cancellation);
        await using var rows = await connection.BeginBinaryImportAsync("copy scope.dictionary (recording, sort, id, readable, entry) from stdin (format binary)", cancellation);
        var entry = new ByteWriter();
        foreach (var sort in Sorts)
        {
            for (int id = known.GetValueOrDefault((short)sort.Section) + 1, last = sort.LastId(catalog); id <= last; id++)
            {
                entry.Clear();
                var readable = sort.Write(catalog, id, entry);
                await rows.StartRowAsync(cancellation);
                await rows.WriteAsync(recording, NpgsqlDbType.Bigint, cancellation);
                await rows.WriteAsync((short)sort.Section, NpgsqlDbType.Smallint, cancellation);
                await rows.WriteAsync(id, NpgsqlDbType.Integer, cancellation);
                await rows.WriteAsync(Readable(readable), NpgsqlDbType.Text, cancellation);
                await rows.WriteAsync(entry.Written.ToArray(), NpgsqlDbType.Bytea, cancellation);
            }
        }
        await rows.CompleteAsync(cancellation);
    }

    /// <summary>Makes a catalog of the entries of a recording.</summary>
    public static async Task<Catalog> ReadAsync(NpgsqlConnection connection, long recording, CancellationToken cancellation)
    {
        var catalog = new Catalog();
        var sorts = Sorts.ToDictionary(s => (short)s.Section);
        await using var command = new NpgsqlCommand("select sort, id, entry from scope.dictionary where recording = $1 order by sort, id", connection) { Parameters = { new() { Value = recording } } };
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation)) Read(catalog, sorts, rows.GetInt16(0), rows.GetInt32(1), rows.GetFieldValue<byte[]>(2));
        return catalog;
    }

    static void Read(Catalog catalog, Dictionary<short, Sort> sorts, short section, int id, byte[] bytes)
    {
        var sort = sorts[section];
        var entry = new ByteCursor(bytes);
        sort.Read(catalog, ref entry);
        if (entry.Mistake is { } mistake) throw new InvalidDataException($"scope.dictionary, sort {section}, id {id}: {mistake}");
        if (sort.LastId(catalog) != id) throw new InvalidDataException($"scope.dictionary, sort {section}: the entry {id} is missing or there twice");
    }

    static async Task<Dictionary<short, int>> KnownAsync(NpgsqlConnection connection, long recording, CancellationToken cancellation)
    {
        var known = new Dictionary<short, int>();
        await using var command = new NpgsqlCommand("select sort, max(id) from scope.dictionary where recording = $1 group by sort", connection) { Parameters = { new() { Value = recording } } };
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation)) known[rows.GetInt16(0)] = rows.GetInt32(1);
        return known;
    }

    /// <summary>Postgres's text can hold neither a zero character nor a lone surrogate.</summary>
    static string Readable(string text) => System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text)).Replace('\0', '\uFFFD');

    static string WritePayload(Catalog c, int id, ByteWriter to)
    {
        var bytes = c.Payloads.Bytes(new(id));
        to.Bytes(bytes.IsEmpty ? ForgottenPayload : bytes);
        return "";
    }

    /// <summary>One empty field: a payload without bytes would have no id, and the ids after it would be others.</summary>
    static ReadOnlySpan<byte> ForgottenPayload => [0, 0];

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
        return c.Methods[c.CodeNodes.MethodOf(new(id))]?.FullName ?? "";
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

    static string WriteSpan(Catalog c, int id, ByteWriter to)
    {
        var key = c.Spans[new(id)];
        DictionaryEncoder.Write(to, key.TraceOrActivity);
        to.Fixed64(key.W3CSpan);
        return key.SpanText;
    }

    static void ReadSpan(Catalog c, ref ByteCursor from)
    {
        var key = new SpanKey(DictionaryDecoder.Identity(ref from), from.Fixed64());
        if (key == default || !c.Spans.Find(key).IsNone) c.Spans.New(key); else c.Spans.Intern(key);
    }

    static string WriteFlow(Catalog c, int id, ByteWriter to)
    {
        DictionaryEncoder.Write(to, c.Flows[new(id)]);
        return c.Flows.Text(new(id));
    }

    static void ReadFlow(Catalog c, ref ByteCursor from)
    {
        var trace = DictionaryDecoder.Identity(ref from);
        if (trace == 0) c.Flows.New(); else c.Flows.Intern(trace);
    }
}
