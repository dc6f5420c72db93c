// AssemblyLoadContexts and assemblies made at run time: what is loaded again and again is seldom unloaded.
using System.Text.RegularExpressions;
using Microsoft.Diagnostics.Runtime;
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Reads load contexts.</summary>
static partial class LoadContextsPart
{
    const int Alive = 0;

    /// <summary>The contexts, the one with the most assemblies first.</summary>
    public static List<LoadContext> Read(ClrRuntime runtime, IReadOnlyList<ulong> contexts, ObjectFields fields)
    {
        var assemblies = runtime.EnumerateModules().Where(m => !m.IsDynamic).GroupBy(ContextOf).ToDictionary(g => g.Key, g => g.Select(m => Path.GetFileNameWithoutExtension(m.AssemblyName ?? m.Name ?? "")).ToList());
        return [.. contexts.Select(c => Told(c, fields, assemblies.GetValueOrDefault(c) ?? [])).OrderByDescending(c => c.AssemblyCount).Take(Limits.SnapshotGroups)];
    }

    /// <summary>How many assemblies there are, and which were made at run time.</summary>
    public static AssemblyCounts Count(ClrRuntime runtime)
    {
        var modules = runtime.EnumerateModules().ToList();
        var made = modules.Where(m => m.IsDynamic || string.IsNullOrEmpty(m.Name)).ToList();
        // Names are numbered: Proxies1, Proxies2 … are one sort.
        var names = made.GroupBy(m => Digits().Replace(m.AssemblyName ?? "", "#")).Select(g => new TypeCount(g.Key, g.Count())).OrderByDescending(g => g.Count);
        return new(modules.Count, made.Count, [.. names.Take(Limits.SnapshotHeldTypes)]);
    }

    static LoadContext Told(ulong context, ObjectFields fields, List<string> assemblies) => new(
        fields.Text(context, "_name"), TypeNames.Plain(fields.NameOf(context)), fields.Value<byte>(context, "_isCollectible") != 0,
        fields.Value<int>(context, "_state") != Alive, [.. assemblies.Order(StringComparer.Ordinal).Take(Limits.SnapshotHeldTypes)], assemblies.Count);

    // A module does not know its context, but its types do; one is enough.
    static ulong ContextOf(ClrModule module) =>
        module.EnumerateTypeDefToMethodTableMap().Select(t => t.MethodTable).FirstOrDefault(t => t != 0) is not 0 and var table ? module.AppDomain.Runtime.GetTypeByMethodTable(table)?.AssemblyLoadContextAddress ?? 0 : 0;

    [GeneratedRegex("[0-9a-fA-F]{8,}|[0-9]+")]
    private static partial Regex Digits();
}
