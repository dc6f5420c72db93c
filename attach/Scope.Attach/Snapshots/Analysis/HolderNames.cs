// What a holder is called: the way from its root is read for what people know by name (an event, a timer, a cache, a
// static field), and the most telling one counts.
using Scope.Attach.Snapshots.Heap;
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Names holders.</summary>
sealed class HolderNames(ReachableTree tree, HeapMemory memory, HeapTypes types, IReadOnlyList<HeapRoot> roots, ObjectFields fields, FieldNames names, Delegates delegates)
{
    // The first row that fits a step of the way decides; what stands first tells more.
    static readonly (HolderKind Kind, Func<string, bool> Fits)[] Rows =
    [
        (HolderKind.Timer, t => t is "System.Threading.TimerQueueTimer" or "System.Threading.Timer"),
        (HolderKind.Cache, t => t.Contains("MemoryCache", StringComparison.Ordinal)),
        (HolderKind.Closure, t => t.Contains("<>c__DisplayClass", StringComparison.Ordinal)),
        (HolderKind.AsyncMethod, t => t.Contains("StateMachineBox", StringComparison.Ordinal)),
        (HolderKind.Service, t => t.StartsWith("Microsoft.Extensions.DependencyInjection.", StringComparison.Ordinal)),
    ];

    /// <summary>A holder without its numbers.</summary>
    public HeapHolder Of(int place)
    {
        var way = Way(place);
        var steps = way.ConvertAll(w => new HolderStep(NameOf(w.Type), w.Field));
        var root = roots[tree.RootOf(way[0].Place)];
        var holder = new HeapHolder { Kind = root.Kind, Root = root.Text, Name = root.Name, Method = root.Method, Path = [.. steps.Take(Limits.SnapshotFrames)] };
        if (Handlers(way) is { } handlers) return holder with { Kind = HolderKind.EventHandler, Name = handlers.Name, Method = handlers.Method };
        foreach (var (kind, fits) in Rows)
            if (way.FindIndex(w => fits(NameOf(w.Type))) is >= 0 and var at) return Named(holder with { Kind = kind }, way, at);
        // A static of the application says it all; of the framework's, and of locals, the field of the application nearest to what collects says more.
        return holder is { Kind: HolderKind.Static } && !IsFramework(holder.Name) || NearestOfApplication(way) is not { } own ? holder : holder with { Name = own };
    }

    readonly record struct Step(int Place, ulong Address, int Type, string Owner, string Field);

    List<Step> Way(int place)
    {
        var way = new List<Step>();
        var below = 0UL;
        for (var at = place; at >= 0 && way.Count < Limits.SnapshotFrames; at = tree.ParentOf(at))
        {
            var address = tree.AddressAt(at);
            var type = tree.TypeAt(at);
            var (owner, field) = below == 0 ? ("", "") : FieldTo(address, type, below);
            way.Add(new(at, address, type, owner, field));
            below = address;
        }
        // Of a way longer than that (nodes that point to each other) the middle is left out: the root must be there.
        var top = way[^1].Place;
        while (tree.ParentOf(top) is >= 0 and var above) top = above;
        if (top != way[^1].Place) way.Add(new(top, tree.AddressAt(top), tree.TypeAt(top), "", ""));
        way.Reverse();
        return way;
    }

    // Which field leads from an object to another: the references are few, or it is an array.
    unsafe (string Owner, string Field) FieldTo(ulong address, int type, ulong to)
    {
        if (type < 0) return ("", "");
        if ((types.Shapes[type].Traits & TypeTraits.Array) != 0) return (NameOf(type), "[]");
        var at = memory.At(address);
        for (var offset = 8; offset + 8 <= (int)types.Shapes[type].BaseBytes; offset += 8)
            if (*(ulong*)(at + offset) == to) return names.Of(types.All[type], offset);
        return (NameOf(type), "");
    }

    // Handlers of an event hang below a delegate: the field that points to the outermost one is the event.
    (string Name, int Method)? Handlers(List<Step> way)
    {
        var at = way.FindIndex(w => w.Type >= 0 && (types.Shapes[w.Type].Traits & TypeTraits.Delegate) != 0);
        if (at < 0 || way.Take(at).Any(w => Rows[0].Fits(NameOf(w.Type)))) return null;
        var list = fields.Reference(way[at].Address, "_invocationList");
        if (list == 0 || fields.Value<long>(way[at].Address, "_invocationCount") < 2) return null;
        var name = at > 0 ? $"{way[at - 1].Owner}.{way[at - 1].Field}" : roots[tree.RootOf(way[0].Place)].Name;
        var first = fields.TypeOf(list) is { IsArray: true } ? fields.Elements(list).FirstOrDefault() : list;
        return (name, delegates.Of(first).Method);
    }

    HeapHolder Named(HeapHolder holder, List<Step> way, int at)
    {
        if (holder.Kind == HolderKind.Timer && fields.Reference(way[at].Address, "_timerCallback") is not 0 and var callback)
            return holder with { Method = delegates.Of(callback).Method, Name = holder.Name.Length > 0 ? holder.Name : NameOf(way[at].Type) };
        return holder with { Name = NearestOfApplication(way) ?? (holder.Name.Length > 0 ? holder.Name : TypeNames.Plain(NameOf(way[at].Type))) };
    }

    string? NearestOfApplication(List<Step> way)
    {
        for (var i = way.Count - 1; i >= 0; i--)
            if (way[i].Field is not ("" or "[]") && !IsFramework(way[i].Owner)) return $"{way[i].Owner}.{way[i].Field}";
        return null;
    }

    static bool IsFramework(string name) => name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal) || name.StartsWith("Internal.", StringComparison.Ordinal);

    string NameOf(int type) => type < 0 ? "" : types.All[type].Name ?? "";
}
