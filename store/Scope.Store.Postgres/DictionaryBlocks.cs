// Many dictionary entries in one row: consecutive ids, each entry with its length before it, compressed together. A row an
// entry would cost more than the entry.
using Npgsql;
using NpgsqlTypes;
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Postgres;

/// <summary>Consecutive entries of one sort.</summary>
/// <param name="Sort">The sort's number.</param>
/// <param name="FirstId">The id of the first.</param>
/// <param name="LastId">The id of the last.</param>
/// <param name="Data">The entries, packed.</param>
readonly record struct DictionaryBlock(short Sort, int FirstId, int LastId, byte[] Data);

/// <summary>What blocks are put together in, to be used again: who ships does so twice a second, and megabytes thrown away leave holes. For one thread.</summary>
sealed class BlockBuffers
{
    public readonly ByteWriter Content = new(), Entry = new();
    public readonly IdentityWriter Identities = new();
    public byte[] Expanded = [];
}

/// <summary>Makes blocks of entries, and entries of blocks.</summary>
static class DictionaryBlocks
{
    const int BlockBytes = 1 << 20; // Before compression; a few milliseconds to expand.
    const int MergedBytes = 1 << 18; // After quick compression.

    /// <summary>The blocks of some of a catalog's entries.</summary>
    public static IEnumerable<DictionaryBlock> Of(Catalog catalog, DictionarySort sort, int first, int last, BlockBuffers buffers) =>
        sort.Identities is { } identities ? IdentityBlocks.Of(catalog, identities, first, last, buffers) : OfEntries(catalog, sort, first, last, buffers);

    static IEnumerable<DictionaryBlock> OfEntries(Catalog catalog, DictionarySort sort, int first, int last, BlockBuffers buffers)
    {
        var (content, entry) = (buffers.Content, buffers.Entry);
        content.Clear();
        for (var id = first; id <= last; id++)
        {
            entry.Clear();
            sort.Write(catalog, id, entry);
            Append(content, entry.Written);
            if (content.Length < BlockBytes && id < last) continue;
            yield return new((short)sort.Section, first, id, Packing.Pack(content.Written, Packing.Quick));
            content.Clear();
            first = id + 1;
        }
    }

    /// <summary>Adds an entry to the content of a block.</summary>
    public static void Append(ByteWriter content, ReadOnlySpan<byte> entry)
    {
        content.Number((ulong)entry.Length);
        content.Bytes(entry);
    }

    /// <summary>Reads a block into a catalog; ids before it that are gone get no meaning.</summary>
    public static void Read(Catalog catalog, DictionarySort sort, in DictionaryBlock block, ref byte[] buffer)
    {
        sort.Skip?.Invoke(catalog, block.FirstId - 1);
        if (sort.Identities is { } identities && block.Sort == (short)identities.Section)
        {
            IdentityBlocks.Read(catalog, identities, block, ref buffer);
            return;
        }
        var content = new ByteCursor(Packing.Expand(block.Data, ref buffer));
        for (var id = block.FirstId; id <= block.LastId; id++)
        {
            var entry = new ByteCursor(content.Bytes((int)content.Number()));
            sort.Read(catalog, ref entry);
            if ((content.Mistake ?? entry.Mistake) is { } mistake) throw new InvalidDataException($"dictionary sort {block.Sort}, id {id}: {mistake}");
            if (sort.LastId(catalog) != id) throw new InvalidDataException($"dictionary sort {block.Sort}: the entry {id} is missing or there twice");
        }
    }

    /// <summary>Makes few large blocks of many small ones, whose ids follow each other; where they do not, a new one is begun. An hour has more than fits into memory: what one is made of is all that is held.</summary>
    public static async IAsyncEnumerable<(int Recording, DictionaryBlock Block)> MergeAsync(IAsyncEnumerable<(int Recording, DictionaryBlock Block)> blocks)
    {
        var (buffers, run, bytes, of) = (new BlockBuffers(), new List<DictionaryBlock>(), 0, 0);
        await foreach (var (recording, block) in blocks)
        {
            if (run.Count > 0 && (bytes >= MergedBytes || of != recording || run[^1].Sort != block.Sort || run[^1].LastId + 1 != block.FirstId))
            {
                yield return (of, OneOf(run, buffers));
                (bytes, run) = (0, []);
            }
            of = recording;
            run.Add(block);
            bytes += block.Data.Length;
        }
        if (run.Count > 0) yield return (of, OneOf(run, buffers));
    }

    static DictionaryBlock OneOf(List<DictionaryBlock> run, BlockBuffers buffers) =>
        DictionarySort.All.Any(s => (short?)s.Identities?.Section == run[0].Sort) ? IdentityBlocks.Merge(run, buffers) : MergeEntries(run, buffers);

    static DictionaryBlock MergeEntries(List<DictionaryBlock> blocks, BlockBuffers buffers)
    {
        buffers.Content.Clear();
        foreach (var block in blocks) buffers.Content.Bytes(Packing.Expand(block.Data, ref buffers.Expanded));
        return blocks[0] with { LastId = blocks[^1].LastId, Data = Packing.Pack(buffers.Content.Written, Packing.Thorough) };
    }

    /// <summary>Copies blocks of a recording, as below.</summary>
    public static Task CopyAsync(NpgsqlConnection connection, string table, int recording, IEnumerable<DictionaryBlock> blocks, EventTime? time, CancellationToken cancellation) =>
        CopyAsync(connection, table, blocks.Select(b => (recording, b)).ToAsyncEnumerable(), time, cancellation);

    /// <summary>Copies blocks into scope.lasting or, with the time that they belong to, into scope.loose or scope.packed.</summary>
    public static async Task CopyAsync(NpgsqlConnection connection, string table, IAsyncEnumerable<(int Recording, DictionaryBlock Block)> blocks, EventTime? time, CancellationToken cancellation)
    {
        await using var each = blocks.GetAsyncEnumerator(cancellation);
        if (!await each.MoveNextAsync()) return;
        await using var rows = await connection.BeginBinaryImportAsync($"copy scope.{table} ({(time is null ? "" : "time_ns, ")}recording, sort, first_id, last_id, data) from stdin (format binary)", cancellation);
        do
        {
            var (recording, block) = each.Current;
            await rows.StartRowAsync(cancellation);
            if (time is { } t) await rows.WriteAsync(t.UnixNanos, NpgsqlDbType.Bigint, cancellation);
            await rows.WriteAsync(recording, NpgsqlDbType.Integer, cancellation);
            await rows.WriteAsync(block.Sort, NpgsqlDbType.Smallint, cancellation);
            await rows.WriteAsync(block.FirstId, NpgsqlDbType.Integer, cancellation);
            await rows.WriteAsync(block.LastId, NpgsqlDbType.Integer, cancellation);
            await rows.WriteAsync(block.Data, NpgsqlDbType.Bytea, cancellation);
        } while (await each.MoveNextAsync());
        await rows.CompleteAsync(cancellation);
    }
}
