// The boxes of async methods that are not done: which method, at which await, and which object it awaits. The compiler
// keeps an awaiter in a field of the state machine while it waits, and clears it after: the one that points to something
// is the await that the method is at.
using Microsoft.Diagnostics.Runtime;

namespace Scope.Attach.Snapshots.Analysis;

/// <summary>A pending async method.</summary>
/// <param name="Address">Its box, which is its task.</param>
/// <param name="Method">The place of its MoveNext among the snapshot's methods.</param>
/// <param name="State">At which await it is.</param>
/// <param name="Awaited">The object that it awaits; 0 when not known.</param>
readonly record struct AsyncBox(ulong Address, int Method, int State, ulong Awaited);

/// <summary>Reads boxes.</summary>
sealed class AsyncBoxes(ObjectFields fields, CodeTable code)
{
    const int HeaderBytes = 8;
    const int DoneFlags = 0x1000000 | 0x400000 | 0x200000; // Ran to its end, cancelled, failed.
    const int Running = -1;

    readonly Dictionary<ulong, Layout?> _layouts = [];

    /// <summary>Where things are in boxes of one type.</summary>
    sealed record Layout(int Method, int StateMachine, bool IsReference, int State, List<int> Awaiters, bool IsTask);

    /// <summary>The pending ones of boxes.</summary>
    public IEnumerable<AsyncBox> Read(IReadOnlyList<ulong> boxes)
    {
        foreach (var box in boxes)
            if (ReadOne(box) is { } pending) yield return pending;
    }

    /// <summary>Whether a task has ended.</summary>
    public bool IsDone(ulong task) => (fields.Value<int>(task, "m_stateFlags") & DoneFlags) != 0;

    AsyncBox? ReadOne(ulong box)
    {
        if (fields.TypeOf(box) is not { } type) return null;
        if (!_layouts.TryGetValue(type.MethodTable, out var layout)) _layouts[type.MethodTable] = layout = LayoutOf(type);
        if (layout is null || (layout.IsTask && IsDone(box))) return null;
        // A debug build's state machine is an object of its own.
        var machine = box + (ulong)layout.StateMachine;
        if (layout.IsReference && (machine = fields.Word(machine) + HeaderBytes) == HeaderBytes) return null;
        var state = fields.Word<int>(machine + (ulong)layout.State);
        if (state < Running) return null;
        var awaited = 0UL;
        foreach (var awaiter in layout.Awaiters)
            if ((awaited = fields.Word(machine + (ulong)awaiter)) != 0) break;
        return new(box, layout.Method, state, awaited);
    }

    Layout? LayoutOf(ClrType type)
    {
        if (type.GetFieldByName("StateMachine") is not { Type: { } machine } field) return null;
        if (machine.GetFieldByName("<>1__state") is not { } state) return null;
        var awaiters = machine.Fields.Where(f => f.Name?.StartsWith("<>u__", StringComparison.Ordinal) ?? false).SelectMany(f => References(f, f.Offset, 0)).ToList();
        return new(code.Of(machine, "MoveNext"), field.Offset + HeaderBytes, !machine.IsValueType, state.Offset, awaiters, type.GetFieldByName("m_stateFlags") is not null);
    }

    // An awaiter is a struct around a task or a source, or an object itself.
    static IEnumerable<int> References(ClrInstanceField field, int offset, int depth)
    {
        const int deepest = 4;
        if (field.IsObjectReference) yield return offset;
        else if (field is { IsValueType: true, Type: { } type } && depth < deepest)
            foreach (var inner in type.Fields)
                foreach (var found in References(inner, offset + inner.Offset, depth + 1)) yield return found;
    }
}
