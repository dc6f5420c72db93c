// From a stream's stacks to ours. A stream numbers its stacks anew after each sequence point, so the same stack is told
// again and again: a cache by the hash of all its addresses makes each time after the first one lookup. A stack that is new
// is mostly so at its top: it is taken in parts, from its root on, and a cache knows the parts that were seen there before.
using System.Runtime.InteropServices;
using Scope.Events;

namespace Scope.Attach.Symbols;

/// <summary>The stacks of one stream. Used by the thread that reads the stream.</summary>
sealed class StackTranslation(TargetSymbols symbols, Catalog catalog)
{
    const int WholeStacks = 1 << 14;
    const int Parts = 1 << 14, PartFrames = 8;
    const int Addresses = 1 << 15;

    Told[] _told = new Told[1 << 12];
    int _highest;
    readonly (ulong Hash, int Length, Told Stack)[] _whole = new (ulong, int, Told)[WholeStacks];
    readonly (ulong Address, CodeNodeId Node)[] _nodes = new (ulong, CodeNodeId)[Addresses];
    readonly (ulong Hash, StackId Caller, StackId Stack)[] _parts = new (ulong, StackId, StackId)[Parts];

    readonly record struct Told(StackId Stack, CodeNodeId Top);

    /// <summary>A stack is told: its return addresses, top first.</summary>
    public void Tell(int stackId, ReadOnlySpan<byte> addresses, int pointerSize)
    {
        if (addresses.IsEmpty || (uint)stackId >= Limits.NettraceStackIds) return;
        if (stackId >= _told.Length) Array.Resize(ref _told, Math.Max(stackId + 1, _told.Length * 2));
        _highest = Math.Max(_highest, stackId);
        var hash = Hash(addresses);
        ref var known = ref _whole[hash & (WholeStacks - 1)];
        if (known.Hash != hash || known.Length != addresses.Length) known = (hash, addresses.Length, Translate(addresses, pointerSize));
        _told[stackId] = known.Stack;
    }

    /// <summary>Stack numbers told so far are void.</summary>
    public void Forget()
    {
        Array.Clear(_told, 0, _highest + 1);
        _highest = 0;
    }

    /// <summary>Gives an event its stack, and its top frame as place and method.</summary>
    public void Apply(int stackId, ref ScopeEvent e)
    {
        if ((uint)stackId >= (uint)_told.Length) return;
        var told = _told[stackId];
        e.Stack = told.Stack;
        e.CodeNode = told.Top;
        e.Method = catalog.CodeNodes.MethodOf(told.Top);
    }

    Told Translate(ReadOnlySpan<byte> addresses, int pointerSize)
    {
        var left = Math.Min(addresses.Length / pointerSize, Limits.StackFrames);
        if (left == 0) return default;
        var stack = default(StackId);
        while (left > 0)
        {
            var count = Math.Min(left, PartFrames);
            left -= count;
            stack = OnTop(stack, addresses.Slice(left * pointerSize, count * pointerSize), pointerSize);
        }
        return new(stack, NodeOf(addresses, 0, pointerSize));
    }

    /// <summary>The stack of some frames, top first, on top of their caller's.</summary>
    StackId OnTop(StackId caller, ReadOnlySpan<byte> part, int pointerSize)
    {
        var hash = Hash(part);
        ref var known = ref _parts[(int)((hash + (uint)caller.Value) * 0x9E3779B97F4A7C15 >> 50)];
        if (known.Hash == hash && known.Caller == caller) return known.Stack;
        Span<CodeNodeId> nodes = stackalloc CodeNodeId[part.Length / pointerSize];
        for (var i = 0; i < nodes.Length; i++) nodes[i] = NodeOf(part, i, pointerSize);
        var stack = catalog.Stacks.Intern(caller, nodes);
        known = (hash, caller, stack);
        return stack;
    }

    CodeNodeId NodeOf(ReadOnlySpan<byte> addresses, int frame, int pointerSize)
    {
        var at = addresses[(frame * pointerSize)..];
        var address = pointerSize == sizeof(ulong) ? MemoryMarshal.Read<ulong>(at) : MemoryMarshal.Read<uint>(at);
        ref var known = ref _nodes[(int)(address * 0x9E3779B97F4A7C15 >> 49)];
        if (known.Address != address || known.Node.IsNone) known = (address, symbols.NodeOf(address));
        return known.Node;
    }

    // Addresses differ in their middle bits, so each word is multiplied out before it is folded in; four at a time, since each
    // multiplication waits for the one before it. 64 bits: two different stacks of the same length with one hash will not be seen
    // in the life of a recording.
    static ulong Hash(ReadOnlySpan<byte> addresses)
    {
        var (a, b, c, d) = ((ulong)addresses.Length * 0x9E3779B97F4A7C15, 0x8EBC6AF09C88C6E3UL, 0x589965CC75374CC3UL, 0x1D8E4E27C47D124FUL);
        var words = MemoryMarshal.Cast<byte, ulong>(addresses);
        for (; words.Length >= 4; words = words[4..]) (a, b, c, d) = (Mixed(a, words[0]), Mixed(b, words[1]), Mixed(c, words[2]), Mixed(d, words[3]));
        foreach (var word in words) a = Mixed(a, word);
        foreach (var odd in addresses[(addresses.Length & ~7)..]) a = Mixed(a, odd);
        return Mixed(Mixed(Mixed(a, b), c), d);
    }

    static ulong Mixed(ulong hash, ulong word)
    {
        hash = (hash ^ word) * 0xD6E8FEB86659FD93;
        return hash ^ hash >> 32;
    }
}
