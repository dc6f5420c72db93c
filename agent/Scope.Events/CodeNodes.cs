// Places in code. A stack gives addresses before anybody knows whose they are, so a node is made from the address at once
// and learns its method when the runtime tells it. In a file, where addresses mean nothing, a node is its method and offset.
namespace Scope.Events;

/// <summary>What tells a place from others: an address in a process, or (address 0) a method and an IL offset.</summary>
public readonly record struct CodeNodeKey(TargetId Target, ulong Address, MethodId Method, int IlOffset);

/// <summary>The places in code of a recording.</summary>
public sealed class CodeNodes
{
    readonly Interner<CodeNodeKey> _table = new(Limits.CodeNodes);
    readonly Lock _grow = new();
    volatile (MethodId Method, int Offset)[] _resolved = new (MethodId, int)[1024];

    /// <summary>The node of an address in a process.</summary>
    public CodeNodeId Intern(TargetId target, ulong address) => new(_table.Intern(new(target, address, default, -1)));

    /// <summary>The node of an address in a process if it has been seen, else none.</summary>
    public CodeNodeId Find(TargetId target, ulong address) => new(_table.Find(new(target, address, default, -1)));

    /// <summary>The node of a method's IL offset; -1 when only the method is known.</summary>
    public CodeNodeId Intern(TargetId target, MethodId method, int ilOffset = -1)
    {
        var id = new CodeNodeId(_table.Intern(new(target, 0, method, ilOffset)));
        if (!id.IsNone) Resolve(id, method, ilOffset);
        return id;
    }

    /// <summary>Tells whose an address is: its method and the offset in the method's native code in bytes.</summary>
    public void Resolve(CodeNodeId id, MethodId method, int nativeOffset)
    {
        lock (_grow)
        {
            var resolved = _resolved;
            if (id.Value >= resolved.Length) Array.Resize(ref resolved, Math.Max(id.Value + 1, resolved.Length * 2));
            resolved[id.Value] = (method, nativeOffset);
            _resolved = resolved;
        }
    }

    /// <summary>The method that a place is in; none while nobody has told.</summary>
    public MethodId MethodOf(CodeNodeId id)
    {
        var resolved = _resolved;
        return id.Value < resolved.Length ? resolved[id.Value].Method : default;
    }

    /// <summary>The offset in the method: of native code for addresses, of IL for nodes made from IL.</summary>
    public int OffsetOf(CodeNodeId id)
    {
        var resolved = _resolved;
        return id.Value < resolved.Length ? resolved[id.Value].Offset : -1;
    }

    /// <summary>The key of a place.</summary>
    public bool TryGet(CodeNodeId id, out CodeNodeKey key) => _table.TryGet(id.Value, out key);

    /// <summary>All ids given so far go from 1 to this.</summary>
    public int LastId => _table.LastId;

    /// <summary>How many places found the table full.</summary>
    public long Overflows => _table.Overflows;
}
