// The method map of one target, shared by all of its streams: rundown and JIT events tell it methods, stacks ask it whose
// an address is. An address may be seen before its method is told; then its code node waits and is resolved when it comes.
using Scope.Events;

namespace Scope.Attach.Symbols;

/// <summary>What is known of a target's code. Safe for any number of threads.</summary>
public sealed class TargetSymbols(TargetId target, Catalog catalog)
{
    readonly Lock _lock = new();
    readonly AddressMap _map = new();
    readonly Dictionary<ulong, ModuleId> _modules = [];
    readonly List<ToldMethod> _withoutModule = [];
    readonly List<ulong> _waiting = [];
    readonly List<CodeNodeId> _waitingNodes = [];
    bool _complete;

    readonly record struct ToldMethod(ulong Start, uint Size, ulong Module, int Token, string Type, string Name, string Signature);

    /// <summary>The process.</summary>
    public TargetId Target => target;

    /// <summary>How many pieces of code it knows.</summary>
    public int MethodCount { get { lock (_lock) return _map.Count; } }

    /// <summary>How many addresses nobody has told a method for: native code, mostly.</summary>
    public int UnresolvedCount { get { lock (_lock) return _waiting.Count; } }

    /// <summary>A module was told.</summary>
    public ModuleId ModuleTold(ulong runtimeModuleId, string path, bool isDynamic)
    {
        var id = catalog.Modules.Intern(new(target, runtimeModuleId, path, isDynamic));
        lock (_lock) _modules[runtimeModuleId] = id;
        return id;
    }

    /// <summary>A method's code was told. The method's id, or none while its module is still to come.</summary>
    public MethodId MethodTold(ulong start, uint size, ulong runtimeModuleId, int token, string type, string name, string signature)
    {
        var told = new ToldMethod(start, size, runtimeModuleId, token, type, name, signature);
        lock (_lock)
        {
            if (_modules.ContainsKey(runtimeModuleId) || runtimeModuleId == 0 || _complete) return Place(told);
            // The first that is told of a method stays, so it must wait for its module: a rundown names modules last.
            if (_withoutModule.Count < Limits.Methods) _withoutModule.Add(told);
            return default;
        }
    }

    /// <summary>All that was there when we attached has been told; what still lacks its module goes without.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _complete = true;
            foreach (var told in _withoutModule) Place(told);
            _withoutModule.Clear();
            _withoutModule.TrimExcess();
        }
    }

    /// <summary>The code node of an address on a stack.</summary>
    public CodeNodeId NodeOf(ulong address)
    {
        // One that was seen before has its method, or waits for it.
        if (catalog.CodeNodes.Find(target, address) is { IsNone: false } known) return known;
        var node = catalog.CodeNodes.Intern(target, address);
        if (node.IsNone) return node;
        lock (_lock)
        {
            if (_map.TryFind(address, out var method, out var offset)) catalog.CodeNodes.Resolve(node, method, offset);
            else if (_waiting.BinarySearch(address) is var at and < 0)
            {
                _waiting.Insert(~at, address);
                _waitingNodes.Insert(~at, node);
            }
        }
        return node;
    }

    /// <summary>The method at an address, or none.</summary>
    public MethodId MethodAt(ulong address)
    {
        lock (_lock) return _map.TryFind(address, out var method, out _) ? method : default;
    }

    MethodId Place(in ToldMethod told)
    {
        var method = catalog.Methods.Intern(new(_modules.GetValueOrDefault(told.Module), told.Token, told.Type, told.Name, told.Signature));
        _map.Add(told.Start, told.Size, method);
        ResolveWaiting(told.Start, told.Start + told.Size, method);
        return method;
    }

    void ResolveWaiting(ulong start, ulong end, MethodId method)
    {
        var at = _waiting.BinarySearch(start);
        var first = at < 0 ? ~at : at;
        var past = first;
        while (past < _waiting.Count && _waiting[past] <= end)
        {
            catalog.CodeNodes.Resolve(_waitingNodes[past], method, (int)(_waiting[past] - start));
            past++;
        }
        _waiting.RemoveRange(first, past - first);
        _waitingNodes.RemoveRange(first, past - first);
    }
}
