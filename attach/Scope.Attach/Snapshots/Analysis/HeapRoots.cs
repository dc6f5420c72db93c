// What keeps objects alive from outside of the heap, each with a name: static fields first, since that is what people look
// for, then handles, and locals last, which change from moment to moment.
using Microsoft.Diagnostics.Runtime;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>A root.</summary>
/// <param name="Object">The object that it points to.</param>
/// <param name="Kind">Its sort.</param>
/// <param name="Text">What it is, "static Namespace.Type.Field".</param>
/// <param name="Name">Its name in the source; "" for none.</param>
/// <param name="Method">For a local, the place of its method; else -1.</param>
readonly record struct HeapRoot(ulong Object, HolderKind Kind, string Text, string Name, int Method);

/// <summary>Finds the roots.</summary>
static class HeapRoots
{
    static readonly Dictionary<ClrRootKind, (HolderKind Kind, string Text)> Sorts = new()
    {
        [ClrRootKind.FinalizerQueue] = (HolderKind.FinalizerQueue, "finalizer queue"),
        [ClrRootKind.StrongHandle] = (HolderKind.Handle, "strong handle"),
        [ClrRootKind.PinnedHandle] = (HolderKind.Handle, "pinned handle"),
        [ClrRootKind.AsyncPinnedHandle] = (HolderKind.Handle, "pinned handle of an I/O"),
        [ClrRootKind.RefCountedHandle] = (HolderKind.Handle, "counted handle"),
        [ClrRootKind.SizedRefHandle] = (HolderKind.Handle, "handle"),
        [ClrRootKind.ThreadStaticVar] = (HolderKind.ThreadStatic, "thread-static field"),
        [ClrRootKind.StaticVar] = (HolderKind.Static, "static field"),
    };

    /// <summary>All roots, in the order in which they count.</summary>
    public static List<HeapRoot> Read(ClrHeap heap, CodeTable code)
    {
        var roots = new List<HeapRoot>();
        AddStatics(heap.Runtime, roots);
        var locals = new List<HeapRoot>();
        foreach (var root in heap.EnumerateRoots())
        {
            if (!root.Object.IsValid) continue;
            if (root is ClrStackRoot local)
            {
                var method = code.Of(local.StackFrame?.Method);
                var name = method < 0 ? "" : code.Methods[method].FullName;
                locals.Add(new(root.Object.Address, HolderKind.ThreadStack, name.Length == 0 ? "local" : $"local of {name}", name, method));
            }
            else if (Sorts.TryGetValue(root.RootKind, out var sort)) roots.Add(new(root.Object.Address, sort.Kind, sort.Text, "", -1));
        }
        roots.AddRange(locals);
        return roots;
    }

    /// <summary>Objects that live as long as another does (ConditionalWeakTable).</summary>
    public static Dictionary<ulong, List<ulong>> Dependents(ClrRuntime runtime) =>
        runtime.EnumerateHandles().Where(h => h.HandleKind == ClrHandleKind.Dependent && h.Object.IsValid && h.Dependent.IsValid)
            .GroupBy(h => h.Object.Address).ToDictionary(g => g.Key, g => g.Select(h => h.Dependent.Address).ToList());

    static void AddStatics(ClrRuntime runtime, List<HeapRoot> roots)
    {
        foreach (var domain in runtime.AppDomains)
            foreach (var type in domain.Modules.SelectMany(m => m.EnumerateTypesWithStaticFields()))
                foreach (var field in type.StaticFields)
                {
                    if (!field.IsObjectReference || !field.IsInitialized(domain)) continue;
                    if (field.ReadObject(domain) is not { IsNull: false, IsValid: true } value) continue;
                    var name = $"{TypeNames.Plain(type.Name ?? "")}.{Written(field.Name)}";
                    roots.Add(new(value.Address, HolderKind.Static, "static " + name, name, -1));
                }
    }

    static string Written(string? name) => name is null ? "" : name.StartsWith('<') && name.IndexOf('>') is > 1 and var end ? name[1..end] : name;
}
