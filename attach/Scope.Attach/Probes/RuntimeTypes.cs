// What a running process alone knows of its code: which modules it has loaded, and where the fields of a type lie. Read from
// its memory while it runs, as a snapshot's first look does; nothing is held or changed. A type that the runtime has not
// loaded yet has no layout: then the answer is none, and may be another one later.
using Scope.Attach.Port;
using Scope.Attach.Snapshots.Capture;
using Scope.Events;

namespace Scope.Attach.Probes;

/// <summary>The loaded types of a live target. For one thread at a time.</summary>
public sealed class RuntimeTypes : IDisposable
{
    readonly TargetRuntime _runtime;
    readonly Dictionary<string, Dictionary<int, ulong>> _tables = new(StringComparer.Ordinal);
    readonly Dictionary<ulong, string> _names = [];

    RuntimeTypes(TargetRuntime runtime) => _runtime = runtime;

    /// <summary>Looks at a process.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="runtimeVersion">Its runtime's version; "" when not known.</param>
    public static Attempt<RuntimeTypes> Open(int pid, string runtimeVersion) =>
        TargetRuntime.Open(pid, new(pid, MemoryMap.Regions(pid), null, null), runtimeVersion).Try(out var runtime, out var failure) ? new RuntimeTypes(runtime) : failure;

    /// <summary>The modules that it has loaded, by the runtime's numbers for them.</summary>
    /// <param name="target">The handle that they get.</param>
    public IReadOnlyList<ModuleInfo> Modules(TargetId target) =>
        [.. _runtime.Runtime.EnumerateModules().Where(m => m.Name is { Length: > 0 }).Select(m => new ModuleInfo(target, m.Address, m.Name!, m.IsDynamic)).DistinctBy(m => m.RuntimeModuleId)];

    /// <summary>Where a field lies from the first field on, bytes; null while its type is not loaded.</summary>
    /// <param name="modulePath">The module that defines the type.</param>
    /// <param name="typeToken">The type's token there.</param>
    /// <param name="field">The field's name.</param>
    public int? OffsetOf(string modulePath, int typeToken, string field)
    {
        if (TableOf(modulePath, typeToken) is not { } table || _runtime.Runtime.GetTypeByMethodTable(table) is not { } type) return null;
        foreach (var candidate in type.Fields)
            if (candidate.Name == field && candidate.ContainingType.MethodTable == table) return candidate.Offset;
        return null;
    }

    /// <summary>The name of the type behind a method table; "" when there is none.</summary>
    public string NameOf(ulong methodTable)
    {
        if (_names.TryGetValue(methodTable, out var known)) return known;
        if (_names.Count >= Limits.ProbeTypeNames) _names.Clear();
        return _names[methodTable] = _runtime.Runtime.GetTypeByMethodTable(methodTable)?.Name ?? "";
    }

    /// <summary>Forgets what was not loaded yet, so that it is looked for again.</summary>
    public void Refresh()
    {
        _tables.Clear();
        _runtime.Runtime.FlushCachedData();
    }

    ulong? TableOf(string modulePath, int typeToken)
    {
        if (!_tables.TryGetValue(modulePath, out var tables))
        {
            _tables[modulePath] = tables = [];
            foreach (var module in _runtime.Runtime.EnumerateModules().Where(m => m.Name == modulePath))
                foreach (var (table, token) in module.EnumerateTypeDefToMethodTableMap()) tables.TryAdd(token, table);
        }
        return tables.TryGetValue(typeToken, out var found) ? found : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _runtime.Dispose();
}
