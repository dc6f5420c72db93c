// The source lines of a target's methods, over the PDBs of its modules: opened when first asked for, a bounded number kept.
using Scope.Events;

namespace Scope.Code;

/// <summary>Finds source lines. Safe for any number of threads.</summary>
public sealed class SourceLines(TargetFiles files) : IDisposable
{
    readonly Lock _lock = new();
    readonly Dictionary<(int Pid, string Path), (PortablePdb? Pdb, string Problem)> _pdbs = [];

    /// <summary>The line of a method's IL offset (-1: its first line); null when no PDB tells it, with the reason.</summary>
    public SourceLine? LineOf(ModuleInfo module, TargetInfo target, int methodToken, int ilOffset, out string problem)
    {
        lock (_lock)
        {
            var (pdb, why) = Open(target.Pid, module.Path);
            var line = pdb?.LineOf(methodToken, ilOffset);
            problem = line is not null ? "" : pdb is null ? why : $"the PDB of {module.Name} has no line for method 0x{methodToken:x8}";
            return line;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock) Close();
    }

    (PortablePdb? Pdb, string Problem) Open(int pid, string path)
    {
        if (_pdbs.TryGetValue((pid, path), out var known)) return known;
        if (_pdbs.Count >= Limits.OpenPdbs) Close();
        var problem = $"{(path.Length == 0 ? "the module" : path)} is not on this machine";
        var pdb = files.Find(pid, path) is { } seen ? PortablePdb.Open(seen, out problem) : null;
        return _pdbs[(pid, path)] = (pdb, problem);
    }

    void Close()
    {
        foreach (var (pdb, _) in _pdbs.Values) pdb?.Dispose();
        _pdbs.Clear();
    }
}
