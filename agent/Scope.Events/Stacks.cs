// Call stacks as one tree: a node is a frame and the node of its caller, so that stacks share what they have in common
// and a stack's id is the id of its top frame's node.
namespace Scope.Events;

/// <summary>A frame and its caller's node.</summary>
public readonly record struct StackNode(StackId Caller, CodeNodeId Frame);

/// <summary>The call stacks of a recording.</summary>
public sealed class Stacks
{
    readonly Interner<StackNode> _table = new(Limits.StackNodes);

    /// <summary>The stack of a frame on top of its caller's stack; none when the table is full.</summary>
    public StackId Intern(StackId caller, CodeNodeId frame) => new(_table.Intern(new(caller, frame)));

    /// <summary>The stack of these frames, top first.</summary>
    public StackId Intern(ReadOnlySpan<CodeNodeId> framesTopFirst)
    {
        StackId stack = default;
        var depth = Math.Min(framesTopFirst.Length, Limits.StackFrames);
        for (var i = depth - 1; i >= 0; i--) stack = Intern(stack, framesTopFirst[i]);
        return stack;
    }

    /// <summary>A stack's top frame and its caller; false for none.</summary>
    public bool TryGet(StackId id, out StackNode node) => _table.TryGet(id.Value, out node);

    /// <summary>The frames of a stack, top first.</summary>
    public IEnumerable<CodeNodeId> Frames(StackId id)
    {
        while (_table.TryGet(id.Value, out var node))
        {
            yield return node.Frame;
            id = node.Caller;
        }
    }

    /// <summary>All ids given so far go from 1 to this; a caller's id is lower than its callee's.</summary>
    public int LastId => _table.LastId;

    /// <summary>How many nodes found the table full.</summary>
    public long Overflows => _table.Overflows;
}
