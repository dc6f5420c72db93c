// The methods and stacks of a snapshot while it is made: each told once, found again by what it is.
using Microsoft.Diagnostics.Runtime;
using Scope.Events;
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>Collects methods and stacks.</summary>
sealed class CodeTable
{
    readonly Dictionary<ulong, int> _byHandle = [];
    readonly Dictionary<SnapshotMethod, int> _methods = [];
    readonly List<SnapshotMethod> _allMethods = [];
    readonly Dictionary<string, int> _stacks = [];
    readonly List<SnapshotStack> _allStacks = [];

    /// <summary>The methods, in the order of their places.</summary>
    public IReadOnlyList<SnapshotMethod> Methods => _allMethods;

    /// <summary>The stacks, in the order of their places.</summary>
    public IReadOnlyList<SnapshotStack> Stacks => _allStacks;

    /// <summary>A method's place; -1 for none.</summary>
    public int Of(ClrMethod? method)
    {
        if (method is null) return -1;
        if (_byHandle.TryGetValue(method.MethodDesc, out var known)) return known;
        var module = method.Type?.Module;
        var told = new SnapshotMethod(module?.Name ?? "", module?.Address ?? 0, method.MetadataToken, TypeNames.Plain(method.Type?.Name ?? ""), method.Name ?? "");
        if (!_methods.TryGetValue(told, out var place))
        {
            _methods[told] = place = _allMethods.Count;
            _allMethods.Add(told);
        }
        return _byHandle[method.MethodDesc] = place;
    }

    /// <summary>A method of a type by its name; -1 when there is none.</summary>
    public int Of(ClrType? type, string name) => Of(type?.Methods.FirstOrDefault(m => m.Name == name));

    /// <summary>The place of a stack; -1 when it has no managed frame.</summary>
    public int Of(IEnumerable<ClrStackFrame> stack)
    {
        var frames = new List<SnapshotFrame>();
        var cut = 0;
        foreach (var frame in stack)
        {
            if (frame.Kind != ClrStackFrameKind.ManagedMethod || frame.Method is not { } method) continue;
            // Below the top, the address is that of the instruction after the call.
            if (frames.Count < Limits.SnapshotFrames) frames.Add(new(Of(method), method.GetILOffset(frames.Count == 0 ? frame.InstructionPointer : frame.InstructionPointer - 1)));
            else cut++;
        }
        if (frames.Count == 0) return -1;
        var key = string.Join(';', frames.Select(f => $"{f.Method}.{f.IlOffset}")) + "/" + cut;
        if (_stacks.TryGetValue(key, out var place)) return place;
        _allStacks.Add(new() { Frames = frames, Cut = cut });
        return _stacks[key] = _allStacks.Count - 1;
    }
}
