// Whose an address is may be learnt after its code node was shipped. Such news is shipped as entries of a sort of its own,
// read after all code nodes.
using System.Runtime.InteropServices;
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Postgres;

/// <summary>Which code nodes of a catalog were shipped without their method, and what has been learnt of them since.</summary>
sealed class CodeNodeUpdates(Catalog catalog)
{
    /// <summary>The number of the sort.</summary>
    public const short Sort = (short)DictionarySection.CodeNodeUpdates;

    readonly List<int> _unresolved = [];

    /// <summary>A node was shipped; it is remembered when its method is not known.</summary>
    public void Shipped(int node)
    {
        if (catalog.CodeNodes.MethodOf(new(node)).IsNone) _unresolved.Add(node);
    }

    /// <summary>A node is in the database without its method.</summary>
    public void ShippedWithoutMethod(int node) => _unresolved.Add(node);

    /// <summary>A block of what has been learnt, numbered after those before; null when it is nothing.</summary>
    public DictionaryBlock? Take(int lastNumber)
    {
        var (content, entry) = (new ByteWriter(), new ByteWriter());
        int kept = 0, taken = 0;
        foreach (var node in _unresolved)
        {
            var method = catalog.CodeNodes.MethodOf(new(node));
            if (method.IsNone)
            {
                _unresolved[kept++] = node;
                continue;
            }
            entry.Clear();
            entry.Number((ulong)node);
            entry.Number((ulong)method.Value);
            entry.Signed(catalog.CodeNodes.OffsetOf(new(node)));
            DictionaryBlocks.Append(content, entry.Written);
            taken++;
        }
        CollectionsMarshal.SetCount(_unresolved, kept);
        return taken == 0 ? null : new(Sort, lastNumber + 1, lastNumber + taken, Packing.Pack(content.Written, Packing.Quick));
    }

    /// <summary>Reads a block of news into a catalog.</summary>
    public static void Read(Catalog catalog, in DictionaryBlock block, ref byte[] buffer)
    {
        var content = new ByteCursor(Packing.Expand(block.Data, ref buffer));
        for (var i = block.FirstId; i <= block.LastId; i++)
        {
            var entry = new ByteCursor(content.Bytes((int)content.Number()));
            var node = new CodeNodeId((int)entry.Number());
            catalog.CodeNodes.Resolve(node, new((int)entry.Number()), (int)entry.Signed());
            if ((content.Mistake ?? entry.Mistake) is { } mistake) throw new InvalidDataException($"update {i} of a code node: {mistake}");
        }
    }
}
