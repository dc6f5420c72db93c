using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Tests.Segments;

[TestClass]
public sealed class SegmentRoundTripTests
{
    readonly string _folder = Directory.CreateTempSubdirectory("scope-segments").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Every_field_of_every_kind_comes_back()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var history = new RandomHistory(seed);
            var events = history.Events(200 + seed * 37);
            var path = Path.Combine(_folder, $"{seed}.seg");
            Write(history.Catalog, events, path, (FrameCompression)(seed % 3));
            var (catalog, read) = Read(path);
            Meanings(catalog, read).ShouldBe(Meanings(history.Catalog, events));
        }
    }

    [TestMethod]
    public void Events_in_small_pieces_are_the_same_as_in_one()
    {
        var history = new RandomHistory(7);
        var events = history.Events(600);
        var path = Path.Combine(_folder, "pieces.seg");
        Write(history.Catalog, events, path, FrameCompression.Brotli, piece: 13);
        var (catalog, read) = Read(path);
        Meanings(catalog, read).ShouldBe(Meanings(history.Catalog, events));
    }

    [TestMethod]
    public void What_is_learnt_of_an_address_or_a_thread_later_comes_back()
    {
        var history = new RandomHistory(3);
        var path = Path.Combine(_folder, "later.seg");
        var events = history.Events(800);
        using (var file = new SegmentFileWriter(history.Catalog))
        {
            file.Open(path, 1);
            file.Append(events.AsSpan(0, 400), new(0));
            foreach (var node in history.Nodes.Where(n => history.Catalog.CodeNodes.MethodOf(n).IsNone)) history.Catalog.CodeNodes.Resolve(node, history.Methods[node.Value % 40], node.Value);
            foreach (var thread in history.Threads) history.Catalog.Threads.SetName(thread, history.Names[thread.Value]);
            history.Catalog.Targets.Update(new(1), history.Catalog.Targets[new(1)] with { ApplicationModule = "Renamed" });
            file.Append(events.AsSpan(400), new(400));
            file.Seal();
        }
        var (catalog, read) = Read(path);
        Meanings(catalog, read).ShouldBe(Meanings(history.Catalog, events));
    }

    [TestMethod]
    public void Ids_with_gaps_come_back_and_the_index_tells_the_first_and_the_last()
    {
        for (var seed = 20; seed < 23; seed++)
        {
            var (history, random) = (new RandomHistory(seed), new Random(seed));
            var events = history.Events(300);
            var next = 10_000L;
            var ids = events.Select(_ => new EventId(next += 1 + (random.Next(seed - 19) == 0 ? 0 : random.Next(1 << random.Next(20))))).ToArray();
            var path = Path.Combine(_folder, $"gaps{seed}.seg");
            Write(history.Catalog, events, ids, path, FrameCompression.Brotli, piece: 80);
            var (catalog, read, readIds) = ReadWithIds(path);
            readIds.ShouldBe(ids);
            Meanings(catalog, read).ShouldBe(Meanings(history.Catalog, events));
            SegmentIndex.Read(File.ReadAllBytes(Path.ChangeExtension(path, ".idx")), out var index).ShouldBeNull();
            index.Frames.Select(f => (f.First, f.Last)).ShouldBe(ids.Chunk(80).Select(part => (part[0], part[^1])));
        }
    }

    [TestMethod]
    public void A_span_without_a_name_is_the_same_in_the_next_segment()
    {
        var catalog = new Catalog();
        SpanId nameless = catalog.Spans.New(), other = catalog.Spans.New();
        using (var file = new SegmentFileWriter(catalog))
        {
            for (var i = 1; i <= 3; i++)
            {
                file.Open(Path.Combine(_folder, $"{i}.seg"), i);
                file.Append([new() { Kind = EventKind.Log, Span = other, Time = new(i) }, new() { Kind = EventKind.Log, Span = nameless, Time = new(i) }], new(i * 2));
                file.Seal();
            }
        }
        var reader = new SegmentFileReader(new());
        var spans = new List<SpanId>();
        for (var i = 1; i <= 3; i++) reader.Read(Path.Combine(_folder, $"{i}.seg"), (_, events) => spans.AddRange(events.ToArray().Select(e => e.Span))).ShouldBeNull();
        spans.Distinct().Count().ShouldBe(2);
        spans.Where((_, i) => i % 2 == 1).Distinct().Count().ShouldBe(1);
    }

    [TestMethod]
    public void A_forgotten_payload_is_flagged_and_not_another_ones()
    {
        var catalog = new Catalog();
        var key = catalog.Names.Intern("message");
        var big = new string('x', Limits.PayloadBytes - 100);
        PayloadId first = default;
        for (var i = 0; i < Limits.PayloadStoreBytes / Limits.PayloadBytes + 200; i++)
        {
            var writer = new PayloadWriter(new byte[Limits.PayloadBytes]);
            writer.Add(key, big);
            var id = catalog.Payloads.Add(writer.Written);
            if (i == 0) first = id;
        }
        catalog.Payloads.IsForgotten(first).ShouldBeTrue();
        var path = Path.Combine(_folder, "forgotten.seg");
        Write(catalog, [new() { Kind = EventKind.Log, Payload = first }], path, FrameCompression.Brotli);
        var (_, read) = Read(path);
        read[0].Payload.IsNone.ShouldBeTrue();
        read[0].Flags.ShouldBe(EventFlags.PayloadCut);
    }

    [TestMethod]
    public void The_sidecar_index_says_what_the_segment_holds()
    {
        var history = new RandomHistory(11);
        var events = history.Events(40_000);
        var path = Path.Combine(_folder, "000007.seg");
        Write(history.Catalog, events, path, FrameCompression.Brotli, number: 7);
        SegmentIndex.Read(File.ReadAllBytes(Path.ChangeExtension(path, ".idx")), out var index).ShouldBeNull();
        index.Number.ShouldBe(7);
        index.EventCount.ShouldBe(events.Length);
        index.Earliest.ShouldBe(events[0].Time);
        index.Latest.ShouldBe(events[^1].Time);
        index.Frames.Aggregate(0UL, (bits, f) => bits | f.Kinds.Bits).ShouldBe(events.Aggregate(0UL, (bits, e) => bits | 1UL << (int)e.Kind));
        foreach (var e in events)
        {
            if (history.Catalog.Flows[e.Flow] is var trace && trace != 0) index.MayHoldFlow(trace).ShouldBeTrue();
            if (history.Catalog.Methods[e.Method] is { } method) index.MayHoldMethod(method.FullName).ShouldBeTrue();
        }
        index.MayHoldFlow(12345).ShouldBeFalse();
        index.MayHoldMethod("No.Such.Method").ShouldBeFalse();
        var file = File.ReadAllBytes(path);
        foreach (var frame in index.Frames) FrameHeader.Read(file.AsSpan((int)frame.Offset), out var header).ShouldBeNull();
        foreach (var frame in index.Frames) file[frame.Offset + 8].ShouldBe((byte)FrameKind.Events);
    }

    internal static void Write(Catalog catalog, ScopeEvent[] events, string path, FrameCompression compression, int piece = int.MaxValue, int number = 1) =>
        Write(catalog, events, [.. events.Select((_, i) => new EventId(i))], path, compression, piece, number);

    internal static void Write(Catalog catalog, ScopeEvent[] events, EventId[] ids, string path, FrameCompression compression, int piece = int.MaxValue, int number = 1)
    {
        using var file = new SegmentFileWriter(catalog, compression);
        file.Open(path, number);
        for (var i = 0; i < events.Length; i += Math.Min(piece, events.Length - i))
        {
            var part = events.AsSpan(i, Math.Min(piece, events.Length - i));
            file.Append(part, ids[i + part.Length - 1].Value == ids[i].Value + part.Length - 1 ? ids[i] : new EventIds(ids.AsSpan(i, part.Length)));
        }
        file.Seal();
    }

    internal static (Catalog Catalog, List<ScopeEvent> Events) Read(string path)
    {
        var (catalog, events, ids) = ReadWithIds(path);
        ids.Select(id => id.Value).ShouldBe(Enumerable.Range(0, events.Count).Select(i => (long)i));
        return (catalog, events);
    }

    internal static (Catalog Catalog, List<ScopeEvent> Events, List<EventId> Ids) ReadWithIds(string path)
    {
        var catalog = new Catalog();
        var (events, ids) = (new List<ScopeEvent>(), new List<EventId>());
        var reader = new SegmentFileReader(catalog);
        reader.Read(path, (first, rows) =>
        {
            for (var i = 0; i < rows.Length; i++) ids.Add(new(first.Value + i));
            events.AddRange(rows);
        }).ShouldBeNull();
        reader.WasSealed.ShouldBeTrue();
        return (catalog, events, ids);
    }

    internal static IEnumerable<string> Meanings(Catalog catalog, IEnumerable<ScopeEvent> events) => events.Select(e => RandomHistory.Meaning(catalog, e));
}
