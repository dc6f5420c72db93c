// More is learnt of some entries after they were shipped: whose an address is, what a thread is called, more of a process.
// Such news is shipped as entries of sorts of their own, each with the id of the entry that it is of; what came last holds.
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Postgres;

/// <summary>A sort of news.</summary>
/// <param name="Of">The sort of the entries that it is of.</param>
/// <param name="Section">Its own.</param>
/// <param name="Write">Writes the news of an entry.</param>
/// <param name="Read">Reads the news of an entry into a catalog.</param>
sealed record LearntSort(DictionarySection Of, DictionarySection Section, Action<Catalog, int, ByteWriter> Write, LearntReader Read)
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<LearntSort> All { get; } =
    [
        new(DictionarySection.Targets, DictionarySection.TargetUpdates, (c, id, to) => DictionaryEncoder.Write(to, c.Targets[new((ushort)id)]), (c, id, ref from) => c.Targets.Update(new((ushort)id), DictionaryDecoder.TargetOf(ref from))),
        new(DictionarySection.CodeNodes, DictionarySection.CodeNodeUpdates, WriteNode, (c, id, ref from) => c.CodeNodes.Resolve(new(id), new((int)from.Number()), (int)from.Signed())),
        new(DictionarySection.Threads, DictionarySection.ThreadUpdates, (c, id, to) => to.Number((ulong)c.Threads.NameOf(new(id)).Value), (c, id, ref from) => c.Threads.SetName(new(id), new((int)from.Number()))),
    ];

    static void WriteNode(Catalog c, int id, ByteWriter to)
    {
        to.Number((ulong)c.CodeNodes.MethodOf(new(id)).Value);
        to.Signed(c.CodeNodes.OffsetOf(new(id)));
    }

    /// <summary>Reads a block of news.</summary>
    public void ReadBlock(Catalog catalog, in DictionaryBlock block, ref byte[] buffer)
    {
        var content = new ByteCursor(Packing.Expand(block.Data, ref buffer));
        for (var i = block.FirstId; i <= block.LastId; i++)
        {
            var entry = new ByteCursor(content.Bytes((int)content.Number()));
            Read(catalog, (int)entry.Number(), ref entry);
            if ((content.Mistake ?? entry.Mistake) is { } mistake) throw new InvalidDataException($"news {i} of the sort {Section}: {mistake}");
        }
    }
}

/// <summary>Reads the news of one entry.</summary>
delegate void LearntReader(Catalog catalog, int id, ref ByteCursor from);

/// <summary>What was shipped of entries of which more can be learnt.</summary>
sealed class LearntEntries(Catalog catalog)
{
    readonly List<TargetInfo> _targets = [];
    readonly List<NameId> _threads = [];
    readonly List<int> _nodesWithoutMethod = [];

    /// <summary>Entries were shipped as a catalog has them.</summary>
    public void Shipped(Catalog asOf, DictionarySection section, int first, int last)
    {
        for (var id = first; id <= last; id++)
            switch (section)
            {
                case DictionarySection.Targets: _targets.Add(asOf.Targets[new((ushort)id)]); break;
                case DictionarySection.Threads: _threads.Add(asOf.Threads.NameOf(new(id))); break;
                case DictionarySection.CodeNodes when asOf.CodeNodes.MethodOf(new(id)).IsNone: _nodesWithoutMethod.Add(id); break;
            }
    }

    /// <summary>The ids of entries of which there is news, which counts as shipped then.</summary>
    public List<int> TakeNews(DictionarySection of) => of switch
    {
        DictionarySection.Targets => Changed(_targets, id => catalog.Targets[new((ushort)id)]),
        DictionarySection.Threads => Changed(_threads, id => catalog.Threads.NameOf(new(id))),
        _ => Resolved(),
    };

    static List<int> Changed<T>(List<T> told, Func<int, T> now)
    {
        var news = new List<int>();
        for (var i = 0; i < told.Count; i++)
        {
            if (Equals(told[i], now(i + 1))) continue;
            told[i] = now(i + 1);
            news.Add(i + 1);
        }
        return news;
    }

    List<int> Resolved()
    {
        var news = _nodesWithoutMethod.Where(node => !catalog.CodeNodes.MethodOf(new(node)).IsNone).ToList();
        if (news.Count > 0) _nodesWithoutMethod.RemoveAll(node => !catalog.CodeNodes.MethodOf(new(node)).IsNone);
        return news;
    }
}
