// Call stacks as one tree: a node is a frame and the node of its caller, so that stacks share what they have in common
// and a stack's id is the id of its top frame's node. Most nodes have one callee, which was made just after them: it stands
// beside them, where the next look will be, and only the others are looked for by their hash.
namespace Scope.Events;

/// <summary>A frame and its caller's node.</summary>
public readonly record struct StackNode(StackId Caller, CodeNodeId Frame);

/// <summary>The call stacks of a recording. Safe for any number of threads; a lookup that hits takes no lock.</summary>
public sealed class Stacks
{
    readonly Lock _grow = new();
    readonly HashedIds _laterCallees = new();
    volatile ulong[] _firstCallees = new ulong[256]; // By the caller: frame and node.
    volatile StackNode[] _nodes = new StackNode[256];
    volatile int _count = 1;

    /// <summary>The stack of a frame on top of its caller's stack; none when the table is full.</summary>
    public StackId Intern(StackId caller, CodeNodeId frame) => Intern(caller, [frame]);

    /// <summary>The stack of these frames, top first.</summary>
    public StackId Intern(ReadOnlySpan<CodeNodeId> framesTopFirst) => Intern(default, framesTopFirst[..Math.Min(framesTopFirst.Length, Limits.StackFrames)]);

    /// <summary>The stack of some frames, top first, on top of their caller's stack; none when the table is full.</summary>
    public StackId Intern(StackId caller, ReadOnlySpan<CodeNodeId> framesTopFirst)
    {
        var stack = caller;
        for (var i = framesTopFirst.Length - 1; i >= 0; i--)
        {
            var known = Find(new(stack, framesTopFirst[i]));
            if (known.IsNone) return Add(stack, framesTopFirst[..(i + 1)]);
            stack = known;
        }
        return stack;
    }

    /// <summary>A stack's top frame and its caller; false for none.</summary>
    public bool TryGet(StackId id, out StackNode node)
    {
        var known = id.Value > 0 && id.Value < _count;
        node = known ? _nodes[id.Value] : default;
        return known;
    }

    /// <summary>The frames of a stack, top first.</summary>
    public IEnumerable<CodeNodeId> Frames(StackId id)
    {
        while (TryGet(id, out var node))
        {
            yield return node.Frame;
            id = node.Caller;
        }
    }

    /// <summary>All ids given so far go from 1 to this; a caller's id is lower than its callee's.</summary>
    public int LastId => _count - 1;

    /// <summary>How many nodes found the table full.</summary>
    public long Overflows => Interlocked.Read(ref _overflows);
    long _overflows;

    static uint HashOf(StackNode node) => HashedIds.Mixed((uint)node.Caller.Value * 0x9E3779B9u + (uint)node.Frame.Value);

    StackId Find(StackNode node)
    {
        var callees = _firstCallees;
        var first = (uint)node.Caller.Value < (uint)callees.Length ? Volatile.Read(ref callees[node.Caller.Value]) : 0;
        if (first == 0) return default;
        if ((int)(first >> 32) == node.Frame.Value) return new((int)first);
        var candidates = _laterCallees.Of(HashOf(node));
        while (candidates.Next() is not 0 and var id)
            if (_nodes[id] == node) return new(id);
        return default;
    }

    // What stands on a node that was not there cannot be there either, so it is not looked for.
    StackId Add(StackId stack, ReadOnlySpan<CodeNodeId> framesTopFirst)
    {
        lock (_grow)
        {
            var isNew = false;
            for (var i = framesTopFirst.Length - 1; i >= 0; i--)
            {
                var node = new StackNode(stack, framesTopFirst[i]);
                stack = isNew ? default : Find(node);
                if (!stack.IsNone) continue;
                isNew = true;
                stack = Append(node);
                if (stack.IsNone) return default;
            }
            return stack;
        }
    }

    StackId Append(StackNode node)
    {
        var id = _count;
        if ((uint)node.Caller.Value >= (uint)id) return default; // Never given: a damaged file may say anything.
        if (id > Limits.StackNodes)
        {
            _overflows++;
            return default;
        }
        if (id == _nodes.Length) Grow(id * 2);
        _nodes[id] = node;
        _count = id + 1;
        ref var first = ref _firstCallees[node.Caller.Value];
        if (first == 0) Volatile.Write(ref first, (ulong)(uint)node.Frame.Value << 32 | (uint)id);
        else _laterCallees.Add(HashOf(node), id);
        return new(id);
    }

    void Grow(int length)
    {
        var (nodes, callees) = (_nodes, _firstCallees);
        Array.Resize(ref nodes, length);
        Array.Resize(ref callees, length);
        (_nodes, _firstCallees) = (nodes, callees);
    }
}
