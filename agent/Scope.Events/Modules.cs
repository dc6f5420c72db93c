// Loaded modules: which file a method comes from, so that user code can be told from framework code and a PDB be found.
namespace Scope.Events;

/// <summary>A loaded module.</summary>
/// <param name="Target">The process.</param>
/// <param name="RuntimeModuleId">The runtime's number for it in that process.</param>
/// <param name="Path">Where its IL is, as the target sees it.</param>
/// <param name="IsDynamic">Whether it was made at run time.</param>
public sealed record ModuleInfo(TargetId Target, ulong RuntimeModuleId, string Path, bool IsDynamic)
{
    /// <summary>The simple name: the file's name without folder and ending.</summary>
    public string Name { get; } = NameOf(Path);

    static string NameOf(string path)
    {
        var file = path[(path.LastIndexOfAny(['/', '\\']) + 1)..];
        return file.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) || file.EndsWith(".exe", StringComparison.OrdinalIgnoreCase) ? file[..^4] : file;
    }
}

/// <summary>The modules of a recording; the first told of a module in a process stays.</summary>
public sealed class Modules
{
    readonly Interner<ModuleInfo> _table = new(Limits.Modules, ByRuntimeId.Instance);

    /// <summary>The id of a module, new or known.</summary>
    public ModuleId Intern(ModuleInfo module) => new(_table.Intern(module));

    /// <summary>The id of a process's module by the runtime's number, or none.</summary>
    public ModuleId Find(TargetId target, ulong runtimeModuleId) => new(_table.Find(new(target, runtimeModuleId, "", false)));

    /// <summary>The module, or null for none.</summary>
    public ModuleInfo? this[ModuleId id] => _table.TryGet(id.Value, out var module) ? module : null;

    /// <summary>All ids given so far go from 1 to this.</summary>
    public int LastId => _table.LastId;

    sealed class ByRuntimeId : IEqualityComparer<ModuleInfo>
    {
        public static readonly ByRuntimeId Instance = new();
        public bool Equals(ModuleInfo? a, ModuleInfo? b) => a!.RuntimeModuleId == b!.RuntimeModuleId && a.Target == b.Target;
        public int GetHashCode(ModuleInfo m) => HashCode.Combine(m.RuntimeModuleId, m.Target);
    }
}
