// The dictionary entries that shipped events need: what is new since the last batch, and what has been learnt of entries
// that are there already. It knows what the database has as long as every transaction commits; after one that did not, a
// new one is made, which asks.
using Npgsql;
using Scope.Events;
using Scope.Store.Recordings;
using Scope.Store.Segments;

namespace Scope.Store.Postgres;

/// <summary>Ships the entries of one catalog to one recording.</summary>
sealed class DictionaryShipping
{
    readonly Catalog _catalog;
    readonly int _recording;
    readonly int[] _known = new int[(int)DictionarySection.ThreadUpdates + 1]; // By sort: the last id that the database has.
    readonly LearntEntries _learnt;
    readonly BlockBuffers[] _buffers = [.. Enumerable.Range(0, (int)DictionarySection.ThreadUpdates + 1).Select(_ => new BlockBuffers())]; // By sort.

    DictionaryShipping(Catalog catalog, int recording) => (_catalog, _recording, _learnt) = (catalog, recording, new(catalog));

    /// <summary>Begins where the database is.</summary>
    /// <exception cref="InvalidDataException">The database knows entries that are not the catalog's.</exception>
    public static async Task<DictionaryShipping> BeginAsync(NpgsqlConnection connection, int recording, int[] known, Catalog catalog, CancellationToken cancellation)
    {
        var shipping = new DictionaryShipping(catalog, recording);
        known.CopyTo(shipping._known, 0);
        if (known.Length == 0) return shipping;
        var there = new Catalog();
        await DictionaryReading.ReadAsync(connection, recording, there, s => !s.IsPassing, cancellation, RecordingWindow.All);
        foreach (var section in (DictionarySection[])[DictionarySection.Names, DictionarySection.Methods])
            if (DictionarySort.All.First(s => s.Section == section) is var sort && !IsSame(sort, there, catalog, known[(int)section]))
                throw new InvalidDataException($"what the database calls {section} of this recording is not what it has: it was shipped from another recording of the same name");
        foreach (var learnt in LearntSort.All) shipping._learnt.Shipped(there, learnt.Of, 1, known[(int)learnt.Of]);
        return shipping;
    }

    /// <summary>The last ids that the database has once the transaction commits, by sort.</summary>
    public int[] Known => _known;

    /// <summary>What is new, ready to be written.</summary>
    /// <param name="Lasting">Blocks that last.</param>
    /// <param name="Passing">Blocks that go with an hour.</param>
    /// <param name="Texts">Entries whose texts are new.</param>
    /// <param name="Renamed">Entries whose texts are others now.</param>
    public sealed record News(IReadOnlyList<DictionaryBlock> Lasting, IReadOnlyList<DictionaryBlock> Passing, IReadOnlyList<(DictionarySort Sort, int First, int Last)> Texts, IReadOnlyList<(DictionarySort Sort, int Id)> Renamed);

    /// <summary>Makes ready what is new; it takes as long as the rows of its events do, and may be done beside them.</summary>
    /// <param name="withPassing">Whether there are events, whose hour passing entries can go with.</param>
    public News Prepare(bool withPassing)
    {
        var news = DictionarySort.All.Select(s => (Sort: s, First: _known[(int)s.Section] + 1, Last: s.LastId(_catalog))).Where(s => s.Last >= s.First && (withPassing || !s.Sort.IsPassing)).ToList();
        // Spans and payloads take as long as each other, and all others next to nothing.
        List<DictionaryBlock> BlocksOf(bool passing) => [.. news.Where(n => n.Sort.IsPassing == passing).AsParallel().AsOrdered().WithDegreeOfParallelism(2).SelectMany(n => DictionaryBlocks.Of(_catalog, n.Sort, n.First, n.Last, _buffers[(int)n.Sort.Section]))];
        var lasting = BlocksOf(passing: false);
        var renamed = new List<(DictionarySort, int)>();
        foreach (var (sort, first, last) in news)
        {
            _known[(int)sort.Section] = last;
            _learnt.Shipped(_catalog, sort.Section, first, last);
        }
        foreach (var learnt in LearntSort.All)
        {
            var ids = _learnt.TakeNews(learnt.Of);
            if (ids.Count == 0) continue;
            lasting.Add(Block(learnt, ids));
            if (DictionarySort.All.First(s => s.Section == learnt.Of) is { Text: not null } sort) renamed.AddRange(ids.Where(id => !news.Any(n => n.Sort == sort && n.First <= id)).Select(id => (sort, id)));
        }
        return new(lasting, BlocksOf(passing: true), [.. news.Where(n => n.Sort.Text is not null)], renamed);
    }

    /// <summary>Writes what is new, in the connection's transaction.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="news">What is new.</param>
    /// <param name="time">A time of the events that come with it, whose hour it goes with.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task WriteAsync(NpgsqlConnection connection, News news, EventTime time, CancellationToken cancellation)
    {
        foreach (var (sort, id) in news.Renamed) await TextRows.ReplaceAsync(connection, _recording, sort, _catalog, id, cancellation);
        await TextRows.AddAsync(connection, _recording, _catalog, news.Texts, cancellation);
        await DictionaryBlocks.CopyAsync(connection, "lasting", _recording, news.Lasting, null, cancellation);
        await DictionaryBlocks.CopyAsync(connection, "loose", _recording, news.Passing, time, cancellation);
    }

    DictionaryBlock Block(LearntSort learnt, List<int> ids)
    {
        var (content, entry) = (new ByteWriter(), new ByteWriter());
        foreach (var id in ids)
        {
            entry.Clear();
            entry.Number((ulong)id);
            learnt.Write(_catalog, id, entry);
            DictionaryBlocks.Append(content, entry.Written);
        }
        var first = _known[(int)learnt.Section] + 1;
        return new((short)learnt.Section, first, _known[(int)learnt.Section] = first + ids.Count - 1, Packing.Pack(content.Written, Packing.Quick));
    }

    static bool IsSame(DictionarySort sort, Catalog there, Catalog here, int last)
    {
        if (sort.LastId(here) < last) return false;
        var (a, b) = (new ByteWriter(), new ByteWriter());
        for (var id = 1; id <= last; id++)
        {
            a.Clear();
            b.Clear();
            sort.Write(there, id, a);
            sort.Write(here, id, b);
            if (!a.Written.SequenceEqual(b.Written)) return false;
        }
        return true;
    }
}
