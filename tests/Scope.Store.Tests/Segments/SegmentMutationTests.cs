// A campaign of a hundred thousand broken segments, frames and indexes: bits flipped, bytes set, cut out, put in, doubled,
// moved, the end torn off. Whatever comes, reading ends soon, in little memory, in a clear sentence or in events that can be.
using System.Diagnostics;
using Scope.Events;
using Scope.Store.Segments;
using Scope.Testing;

namespace Scope.Store.Tests.Segments;

[TestClass]
public sealed class SegmentMutationTests
{
    const int Cases = 25_000, CasesOfOneCatalog = 200;
    const long MostBytesOfCase = 4 << 20; // The samples are of kilobytes; a length that a mutation made up must cost nothing.
    static readonly TimeSpan LongestCase = TimeSpan.FromSeconds(2); // A millisecond is usual. More is a machine that is busy, or a loop.

    [TestMethod]
    [DataRow(SegmentHeader.Dense)]
    [DataRow(SegmentHeader.Gapped)]
    [DataRow(SegmentHeader.Split)]
    [DataRow(SegmentHeader.Newest)]
    public void Contents_with_a_right_checksum_end_in_a_clear_error_or_in_events_that_can_be(ushort version)
    {
        var frames = Frames(version);
        var read = 0;
        var told = Campaign(version, (random, catalog) =>
        {
            var decoder = new SegmentDecoder(catalog, new(), version);
            var victim = random.Next(frames.Count);
            for (var f = 0; f < frames.Count; f++)
            {
                var (kind, content) = frames[f];
                if (decoder.Read(kind, f == victim ? Mutation.Of(content, random) : content) is { } mistake) return mistake;
                if (kind == FrameKind.Events) ShouldBePossible(catalog, decoder);
            }
            Interlocked.Increment(ref read);
            return null;
        });
        told.ShouldBeGreaterThan(Cases / 3);
        read.ShouldBeGreaterThan(Cases / 20, "some change values only, and are events like others");
    }

    [TestMethod]
    public void Files_end_in_a_clear_error_or_with_the_frames_before_the_damage()
    {
        var whole = Sample(FrameCompression.Brotli);
        var told = Campaign(1, (random, catalog) =>
        {
            var damage = new SegmentFileReader(catalog).Read(new MemoryStream(Mutation.Of(whole, random)), "sample.seg", static (_, _) => { });
            if (damage is not null) damage.ToString().ShouldContain($"sample.seg, offset {damage.Offset}: ");
            return damage?.What;
        });
        told.ShouldBeGreaterThan(Cases * 8 / 10); // Whatever has a checksum is told; a cut between two frames is no damage.
    }

    [TestMethod]
    public void Indexes_with_a_right_checksum_end_in_a_clear_error_or_in_an_index()
    {
        var history = new RandomHistory(6);
        var encoder = new SegmentEncoder(history.Catalog, FrameCompression.None);
        encoder.Begin(3);
        for (var i = 0; i < 5; i++) encoder.Add(history.Events(20), new(i * 20));
        var index = new ByteWriter();
        encoder.Index.Write(index);
        FrameHeader.Read(index.Written[SegmentHeader.SizeBytes..], out var header).ShouldBeNull();
        var content = new byte[header.ContentBytes];
        Frame.TryExpand(header, index.Written[(SegmentHeader.SizeBytes + FrameHeader.SizeBytes)..], content).ShouldBeTrue();
        Campaign(2, (random, catalog) =>
        {
            var file = new ByteWriter();
            SegmentHeader.Write(file, 3, (ushort)random.Next(SegmentHeader.Dense, SegmentHeader.Newest + 1));
            Frame.Append(file, FrameKind.Index, Mutation.Of(content, random), FrameCompression.None);
            return SegmentIndex.Read(file.Written, out SegmentIndex _);
        }).ShouldBeGreaterThan(Cases / 20);
    }

    /// <summary>Runs the cases; gives how many ended in a mistake. Each has random numbers of its own, so that one that fails can be had again.</summary>
    static int Campaign(int seed, Func<Random, Catalog, string?> run)
    {
        var told = 0;
        Parallel.For(0, Cases / CasesOfOneCatalog, part =>
        {
            var catalog = new Catalog();
            for (var i = part * CasesOfOneCatalog; i < (part + 1) * CasesOfOneCatalog; i++)
            {
                var (before, watch) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
                var mistake = run(new(seed * Cases + i), catalog);
                (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(MostBytesOfCase, $"case {i}");
                watch.Elapsed.ShouldBeLessThan(LongestCase, $"case {i}");
                if (mistake is null) continue;
                mistake.ShouldNotBeNullOrWhiteSpace();
                Interlocked.Increment(ref told);
            }
        });
        return told;
    }

    /// <summary>Every handle leads to something, and ids go up.</summary>
    static void ShouldBePossible(Catalog c, SegmentDecoder decoder)
    {
        var last = EventId.None;
        for (var i = 0; i < decoder.Events.Length; i++)
        {
            ref readonly var e = ref decoder.Events[i];
            var isKnown = e.Name.Value <= c.Names.LastId && e.Thread.Value <= c.Threads.LastId && e.Span.Value <= c.Spans.LastId && e.Parent.Value <= c.Spans.LastId && e.Flow.Value <= c.Flows.LastId
                && e.Method.Value <= c.Methods.LastId && e.CodeNode.Value <= c.CodeNodes.LastId && e.Stack.Value <= c.Stacks.LastId && e.Payload.Value <= c.Payloads.LastId && e.Target.Value <= c.Targets.All.Count;
            if (!isKnown || decoder.Ids[i].Value <= last.Value || EventKinds.Rule(e.Kind) is null) Assert.Fail($"event {i}: {e}");
            last = decoder.Ids[i];
        }
    }

    static List<(FrameKind, byte[])> Frames(ushort version)
    {
        var frames = new List<(FrameKind, byte[])>();
        // What is not written any more is in the golden files.
        var sample = version == SegmentHeader.Newest ? Sample(FrameCompression.None) : File.ReadAllBytes(GoldenSegmentTests.Golden(version, "seg"));
        for (var rest = sample[SegmentHeader.SizeBytes..]; rest.Length > 0;)
        {
            FrameHeader.Read(rest, out var header).ShouldBeNull();
            frames.Add((header.Kind, rest.AsSpan(FrameHeader.SizeBytes, header.StoredBytes).ToArray()));
            rest = rest[(FrameHeader.SizeBytes + header.StoredBytes)..];
        }
        return frames;
    }

    static byte[] Sample(FrameCompression compression)
    {
        var history = new RandomHistory(5);
        var encoder = new SegmentEncoder(history.Catalog, compression);
        encoder.Begin(1);
        for (var i = 0; i < 3; i++)
        {
            var events = history.Events(12);
            EventId[] ids = [.. events.Select((_, n) => new EventId(i * 1000 + n * 3))];
            encoder.Add(events, i == 1 ? ids[0] : new EventIds(ids));
        }
        encoder.Seal();
        return encoder.Pending.ToArray();
    }
}
