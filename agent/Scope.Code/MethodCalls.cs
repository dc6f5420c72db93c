// Which methods a method calls, by its IL: for frames that are missing, because the runtime inlined the method, made an
// instruction of it (Thread.SpinWait) or left it by a tail call.
using Scope.Events;

namespace Scope.Code;

/// <summary>Reads the code of targets' modules. Safe for any number of threads.</summary>
public sealed class MethodCalls(TargetFiles files) : IDisposable
{
    readonly Lock _lock = new();
    readonly ModuleFiles<ModuleCode> _modules = new(files, path => (ModuleCode.Open(path), ""));
    readonly Dictionary<(int Pid, string Path, int Token), IReadOnlyList<IlBody>> _bodies = [];

    /// <summary>Why no code is read; null while all is well.</summary>
    public Failing? Failing => _modules.Failing;

    /// <summary>The bodies of a method as written; none when the module's file is not at hand or has no such method.</summary>
    public IReadOnlyList<IlBody> BodiesOf(ModuleInfo module, TargetInfo target, int token)
    {
        lock (_lock)
        {
            if (_bodies.TryGetValue((target.Pid, module.Path, token), out var known)) return known;
            if (_modules.Ask(target.Pid, module.Path, code => code.BodiesOf(token), out _) is not { } bodies) return [];
            if (_bodies.Count >= Limits.MethodBodies) _bodies.Clear();
            return _bodies[(target.Pid, module.Path, token)] = bodies;
        }
    }

    /// <summary>The methods of a module that a call of a type's method may run.</summary>
    public IReadOnlyList<(int Token, string Type, string Name)> TargetsOf(ModuleInfo module, TargetInfo target, string type, string method)
    {
        lock (_lock) return _modules.Ask(target.Pid, module.Path, code => code.TargetsOf(type, method), out _) ?? [];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock) _modules.Dispose();
    }
}
