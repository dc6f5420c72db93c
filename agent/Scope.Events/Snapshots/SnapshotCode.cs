// The methods and stacks of a snapshot as the handles of a recording's catalog, so that causes and reports name them and
// find their source lines exactly as they do for events. A method that events told already keeps its handle.
namespace Scope.Events.Snapshots;

/// <summary>The code of one snapshot in a catalog. Cheap to make; each handle is found when it is first asked for.</summary>
public sealed class SnapshotCode
{
    readonly Catalog _catalog;
    readonly Snapshot _snapshot;
    readonly TargetId _target;
    readonly MethodId?[] _methods;
    readonly StackId?[] _stacks;
    readonly Lazy<Dictionary<(ModuleId, int), List<MethodId>>> _told;

    /// <summary>Of a snapshot in a recording.</summary>
    /// <param name="catalog">The recording's dictionaries; methods and stacks that are new to them are added.</param>
    /// <param name="snapshot">The snapshot.</param>
    public SnapshotCode(Catalog catalog, Snapshot snapshot)
    {
        (_catalog, _snapshot) = (catalog, snapshot);
        _methods = new MethodId?[snapshot.Methods.Count];
        _stacks = new StackId?[snapshot.Stacks.Count];
        for (var i = 0; i < catalog.Targets.All.Count; i++)
            if (_target.IsNone || catalog.Targets.All[i].Pid == snapshot.Pid) _target = new((ushort)(i + 1));
        _told = new(Told);
    }

    /// <summary>A method by its place in <see cref="Snapshot.Methods"/>; none for places that are not there.</summary>
    public MethodId MethodOf(int place) => (uint)place >= (uint)_methods.Length ? default : _methods[place] ??= Find(_snapshot.Methods[place]);

    /// <summary>The place in code of a frame.</summary>
    public CodeNodeId NodeOf(SnapshotFrame frame) => _catalog.CodeNodes.Intern(_target, MethodOf(frame.Method), frame.IlOffset);

    /// <summary>A stack by its place in <see cref="Snapshot.Stacks"/>; none for places that are not there.</summary>
    public StackId StackOf(int place)
    {
        if ((uint)place >= (uint)_stacks.Length) return default;
        return _stacks[place] ??= _catalog.Stacks.Intern([.. _snapshot.Stacks[place].Frames.Select(NodeOf)]);
    }

    /// <summary>The async methods of a chain as a stack, the deepest first: what a thread's stack would show if they were calls.</summary>
    public StackId StackOf(AsyncChain chain) => _catalog.Stacks.Intern([.. chain.Frames.Select(f => NodeOf(new(f.Method, -1)))]);

    /// <summary>The thread of a recording that a thread of the snapshot is; none when it is not known to the OS.</summary>
    public ThreadId ThreadOf(SnapshotThread thread) => thread.OsId == 0 ? default : _catalog.Threads.Intern(_target, thread.OsId);

    MethodId Find(SnapshotMethod method)
    {
        var module = method.ModuleId == 0 ? default : _catalog.Modules.Intern(new(_target, method.ModuleId, method.Module, method.Module.Length == 0));
        // Events tell signatures and generic arguments that a snapshot does not know; the same name is preferred, the same token will do.
        if (!module.IsNone && method.Token != 0 && _told.Value.TryGetValue((module, method.Token), out var told))
            return told.Find(id => _catalog.Methods[id]!.Type == method.Type) is { IsNone: false } same ? same : told[0];
        return _catalog.Methods.Intern(new(module, method.Token, method.Type, method.Name, ""));
    }

    Dictionary<(ModuleId, int), List<MethodId>> Told()
    {
        var told = new Dictionary<(ModuleId, int), List<MethodId>>();
        for (var i = 1; i <= _catalog.Methods.LastId; i++)
        {
            if (_catalog.Methods[new(i)] is not { Token: not 0 } method) continue;
            if (!told.TryGetValue((method.Module, method.Token), out var same)) told[(method.Module, method.Token)] = same = [];
            same.Add(new(i));
        }
        return told;
    }
}
