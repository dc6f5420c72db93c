// Blocks of flows and spans: the ids that are random lie uncompressed beside what is told of them (see Identities.cs). The bytes
// are the length of the random ones, a varint; they; and what is told, packed: parts, each its count of entries and they.
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Postgres;

/// <summary>One of the two sorts.</summary>
/// <param name="Section">Its number in the database.</param>
/// <param name="Write">Writes an entry.</param>
/// <param name="Read">Reads an entry into a catalog.</param>
sealed record IdentitySort(DictionarySection Section, Action<Catalog, int, IdentityWriter> Write, IdentityEntryReader Read)
{
    /// <summary>Flows.</summary>
    public static IdentitySort Flows { get; } = new(DictionarySection.FlowIdentities,
        (c, id, to) => to.Flow(c.Flows[new(id)]),
        (c, ref reader) => DictionarySort.AddFlow(c, reader.Flow()));

    /// <summary>Spans.</summary>
    public static IdentitySort Spans { get; } = new(DictionarySection.SpanIdentities, WriteSpan, ReadSpan);

    // A span is mostly of a flow that is known by the same trace id, which need not be said again.
    static void WriteSpan(Catalog c, int id, IdentityWriter to)
    {
        var key = c.Spans[new(id)];
        to.Span(key, key.IsActivity ? 0 : c.Flows.Find(key.TraceOrActivity).Value);
    }

    static void ReadSpan(Catalog c, ref IdentityReader reader)
    {
        var (key, flow) = reader.Span();
        DictionarySort.AddSpan(c, flow == 0 ? key : key with { TraceOrActivity = c.Flows[new((int)flow)] });
    }
}

/// <summary>Reads one entry.</summary>
delegate void IdentityEntryReader(Catalog catalog, ref IdentityReader reader);

/// <summary>Makes blocks of identities, and identities of blocks.</summary>
static class IdentityBlocks
{
    const int BlockBytes = 1 << 20; // Before compression.

    /// <summary>The blocks of some of a catalog's entries.</summary>
    public static IEnumerable<DictionaryBlock> Of(Catalog catalog, IdentitySort sort, int first, int last, BlockBuffers buffers)
    {
        var (writer, told) = (buffers.Identities, buffers.Content);
        writer.Clear();
        for (var id = first; id <= last; id++)
        {
            sort.Write(catalog, id, writer);
            if (writer.Told.Length + writer.Random.Length < BlockBytes && id < last) continue;
            told.Clear();
            told.Number((ulong)(id - first + 1));
            told.Bytes(writer.Told.Written);
            yield return new((short)sort.Section, first, id, Join(writer.Random.Written, told.Written, Packing.Quick));
            writer.Clear();
            first = id + 1;
        }
    }

    /// <summary>One block of several, whose ids follow each other.</summary>
    public static DictionaryBlock Merge(IReadOnlyList<DictionaryBlock> blocks, BlockBuffers buffers)
    {
        var (told, random) = (buffers.Content, buffers.Entry);
        told.Clear();
        random.Clear();
        foreach (var block in blocks) // One part after the other.
        {
            var rest = new ByteCursor(block.Data);
            random.Bytes(RandomOf(ref rest));
            told.Bytes(Packing.Expand(rest.Bytes(rest.Left), ref buffers.Expanded));
        }
        return blocks[0] with { LastId = blocks[^1].LastId, Data = Join(random.Written, told.Written, Packing.Thorough) };
    }

    /// <summary>Reads a block into a catalog.</summary>
    public static void Read(Catalog catalog, IdentitySort sort, in DictionaryBlock block, ref byte[] buffer)
    {
        var data = new ByteCursor(block.Data);
        var random = RandomOf(ref data);
        var reader = new IdentityReader(Packing.Expand(data.Bytes(data.Left), ref buffer), random);
        var entries = 0L;
        for (var left = 0UL; !reader.Told.AtEnd || left > 0; left--, entries++)
        {
            if (left == 0)
            {
                left = reader.Told.Number();
                reader.Restart();
            }
            sort.Read(catalog, ref reader);
            if (reader.Mistake is { } mistake) throw new InvalidDataException($"dictionary sort {block.Sort}, ids {block.FirstId} to {block.LastId}: {mistake}");
        }
        if (entries != block.LastId - block.FirstId + 1 || reader.RandomLeft > 0) throw new InvalidDataException($"dictionary sort {block.Sort}: {entries} entries where the ids {block.FirstId} to {block.LastId} should be");
    }

    static ReadOnlySpan<byte> RandomOf(ref ByteCursor data) => data.Bytes(data.Number(Limits.SegmentFrameBytes, "the length of random ids"));

    static byte[] Join(ReadOnlySpan<byte> random, ReadOnlySpan<byte> told, int quality)
    {
        Span<byte> length = stackalloc byte[10];
        return [.. length[..Varint.Write(length, (ulong)random.Length)], .. random, .. Packing.Pack(told, quality)];
    }
}
