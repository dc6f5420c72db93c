// The source lines of a target's methods, over the PDBs of its modules.
using Scope.Events;

namespace Scope.Code;

/// <summary>Finds source lines. Safe for any number of threads.</summary>
public sealed class SourceLines(TargetFiles files) : IDisposable
{
    readonly Lock _lock = new();
    readonly ModuleFiles<PortablePdb> _pdbs = new(files, path => (PortablePdb.Open(path, out var problem), problem));

    /// <summary>Why none are looked for; null while all is well.</summary>
    public Failing? Failing => _pdbs.Failing;

    /// <summary>The line of a method's IL offset (-1: its first line); null when no PDB tells it, with the reason.</summary>
    public SourceLine? LineOf(ModuleInfo module, TargetInfo target, int methodToken, int ilOffset, out string problem)
    {
        lock (_lock)
        {
            var line = _pdbs.Ask(target.Pid, module.Path, pdb => pdb.LineOf(methodToken, ilOffset), out problem);
            if (line is null && problem.Length == 0) problem = $"the PDB of {module.Name} has no line for method 0x{methodToken:x8}";
            return line;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock) _pdbs.Dispose();
    }
}
