// Objects whose number tells something, with numbers of their own and the fields that hold them.
using Scope.Attach.Snapshots.Heap;
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Counts known objects.</summary>
sealed class KnownPart(HeapWalk walk, ReachableTree? tree, IReadOnlyList<HeapRoot> roots, ObjectFields fields, FieldNames names, Delegates delegates, AsyncBoxes boxes)
{
    /// <summary>One row: a sort of objects, what it is told as, and the numbers that are read of each.</summary>
    readonly record struct Row(ObjectSort Sort, KnownKind Kind, (string Name, Func<ObjectFields, ulong, long> Read)[] Numbers);

    static readonly Row[] Rows =
    [
        new(ObjectSort.HttpClient, KnownKind.HttpClient, []),
        new(ObjectSort.HttpHandler, KnownKind.HttpHandler, []),
        new(ObjectSort.DbConnection, KnownKind.DbConnection, [("open", (f, o) => f.Value<int>(o, "_fullState") & 1)]),
        new(ObjectSort.DbConnectionPool, KnownKind.DbConnectionPool,
        [
            // Npgsql's names, then SqlClient's.
            ("max", (f, o) => Math.Max(f.Value<int>(o, "MaxConnections"), f.Value<int>(f.Reference(f.Reference(o, "_connectionPoolGroup"), "_poolGroupOptions"), "_maxPoolSize"))),
            ("open", (f, o) => Math.Max(f.Value<int>(o, "_numConnectors"), f.Value<int>(o, "_totalObjects"))),
            ("idle", (f, o) => f.Value<int>(o, "_idleCount")),
            ("busy", (f, o) => Math.Max(0, f.Value<int>(o, "_numConnectors") - f.Value<int>(o, "_idleCount"))),
        ]),
        new(ObjectSort.MemoryCache, KnownKind.MemoryCache, [("entries", Entries)]),
        new(ObjectSort.CancellationSource, KnownKind.CancellationSource,
        [
            ("linked", (f, o) => f.NameOf(o).Contains("Linked", StringComparison.Ordinal) ? 1 : 0),
            ("timers", (f, o) => f.Reference(o, "_timer") != 0 ? 1 : 0),
            ("registrations", (f, o) => f.Reference(f.Reference(o, "_registrations"), "Callbacks") != 0 ? 1 : 0),
        ]),
        new(ObjectSort.Socket, KnownKind.Socket, []),
        new(ObjectSort.FileStream, KnownKind.FileStream, []),
    ];

    /// <summary>The objects whose holders are wanted.</summary>
    public static IEnumerable<ulong> Chosen(HeapWalk walk) => Rows.SelectMany(r => walk.Of(r.Sort)).Concat(walk.Of(ObjectSort.ManyHandlers)).Concat(walk.Of(ObjectSort.CompletionSource));

    /// <summary>What there is.</summary>
    public List<KnownObjects> Read()
    {
        var all = new List<KnownObjects>();
        foreach (var row in Rows)
            foreach (var type in walk.Of(row.Sort).Where(IsAlive).GroupBy(fields.NameOf))
                all.Add(Told(row.Kind, type.Key, type.ToList()) with { Numbers = [.. row.Numbers.Select(n => new KnownNumber(n.Name, type.Sum(o => n.Read(fields, o))))] });
        var open = walk.Of(ObjectSort.CompletionSource).Where(o => IsAlive(o) && fields.Reference(o, "_task") is not 0 and var task && !boxes.IsDone(task)).ToList();
        if (open.Count > 0) all.Add(Told(KnownKind.CompletionSource, "System.Threading.Tasks.TaskCompletionSource", open));
        all.AddRange(Events());
        return all;
    }

    KnownObjects Told(KnownKind kind, string type, List<ulong> objects) => new() { Kind = kind, Type = type, Count = objects.Count, Holders = HoldersOf(objects) };

    bool IsAlive(ulong address) => tree is null || tree.IsAlive(address);

    List<KnownHolder> HoldersOf(List<ulong> objects)
    {
        var counts = new Dictionary<string, long>();
        foreach (var address in objects)
            foreach (var holder in (tree?.Referrers.GetValueOrDefault(address) ?? []).Select(FieldOf).Distinct()) counts[holder] = counts.GetValueOrDefault(holder) + 1;
        return [.. counts.OrderByDescending(c => c.Value).Take(Limits.SnapshotHeldTypes).Select(c => new KnownHolder(c.Key, c.Value))];
    }

    /// <summary>The field that a reference stands in.</summary>
    public string FieldOf(Referrer referrer) => referrer.From == 0 ? (roots[referrer.Offset].Name is { Length: > 0 } name ? name : roots[referrer.Offset].Text) : names.Text(fields.TypeOf(referrer.From), referrer.Offset);

    // An event is a field that holds a delegate of many handlers.
    IEnumerable<KnownObjects> Events()
    {
        var events = new Dictionary<string, (long Objects, long Handlers, ulong Largest, long Most)>();
        foreach (var list in walk.Of(ObjectSort.ManyHandlers))
        {
            if (!IsAlive(list)) continue;
            var handlers = fields.Value<long>(list, "_invocationCount");
            foreach (var name in (tree?.Referrers.GetValueOrDefault(list) ?? []).Select(FieldOf).Where(n => !n.StartsWith("local", StringComparison.Ordinal) && !n.EndsWith("[]", StringComparison.Ordinal) && n != "System.Delegate._target").Distinct())
            {
                var known = events.GetValueOrDefault(name);
                events[name] = (known.Objects + 1, known.Handlers + handlers, handlers > known.Most ? list : known.Largest, Math.Max(known.Most, handlers));
            }
        }
        return events.OrderByDescending(e => e.Value.Handlers).Take(Limits.SnapshotGroups).Select(e => new KnownObjects
        {
            Kind = KnownKind.EventHandlers, Type = e.Key, Count = e.Value.Objects, Numbers = [new("handlers", e.Value.Handlers)],
            Method = delegates.Of(fields.Elements(fields.Reference(e.Value.Largest, "_invocationList")).FirstOrDefault()).Method,
        });
    }

    // Microsoft's cache keeps its entries in dictionaries below _coherentState.
    static long Entries(ObjectFields f, ulong cache)
    {
        var state = f.Reference(cache, "_coherentState");
        return new[] { "_entries", "_stringEntries", "_nonStringEntries" }.Sum(field => Count(f, f.Reference(state, field)));
    }

    static long Count(ObjectFields f, ulong dictionary)
    {
        var counts = f.Reference(f.Reference(dictionary, "_tables"), "_countPerLock");
        if (f.TypeOf(counts) is not { IsArray: true } type) return 0;
        return Enumerable.Range(0, f.Word<int>(counts + 8)).Sum(i => (long)f.Word<int>(type.GetArrayElementAddress(counts, i)));
    }
}
