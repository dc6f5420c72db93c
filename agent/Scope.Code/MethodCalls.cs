// Which methods a method calls, by its IL: for frames that are missing, because the runtime inlined the method, made an
// instruction of it (Thread.SpinWait) or left it by a tail call.
using Scope.Events;

namespace Scope.Code;

/// <summary>Reads the code of targets' modules: opened when first asked for, a bounded number kept. Safe for any number of threads.</summary>
public sealed class MethodCalls(TargetFiles files) : IDisposable
{
    readonly Lock _lock = new();
    readonly Dictionary<(int Pid, string Path), ModuleCode?> _modules = [];
    readonly Dictionary<(ModuleCode Module, int Token), IReadOnlyList<IlBody>> _bodies = [];

    /// <summary>The bodies of a method as written; none when the module's file is not at hand or has no such method.</summary>
    public IReadOnlyList<IlBody> BodiesOf(ModuleInfo module, TargetInfo target, int token)
    {
        lock (_lock)
        {
            if (Open(target.Pid, module.Path) is not { } code) return [];
            if (_bodies.TryGetValue((code, token), out var known)) return known;
            if (_bodies.Count >= Limits.MethodBodies) _bodies.Clear();
            return _bodies[(code, token)] = code.BodiesOf(token);
        }
    }

    /// <summary>The methods of a module that a call of a type's method may run.</summary>
    public IReadOnlyList<(int Token, string Type, string Name)> TargetsOf(ModuleInfo module, TargetInfo target, string type, string method)
    {
        lock (_lock) return Open(target.Pid, module.Path)?.TargetsOf(type, method) ?? [];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock) Close();
    }

    ModuleCode? Open(int pid, string path)
    {
        if (_modules.TryGetValue((pid, path), out var known)) return known;
        if (_modules.Count >= Limits.OpenPdbs) Close();
        return _modules[(pid, path)] = files.Find(pid, path) is { } seen ? ModuleCode.Open(seen) : null;
    }

    void Close()
    {
        foreach (var module in _modules.Values) module?.Dispose();
        _modules.Clear();
        _bodies.Clear();
    }
}
