using Scope.Events;
using Scope.Store.Segments;
using Scope.Testing;

namespace Scope.Store.Tests.Segments;

[TestClass]
public sealed class SegmentRewriteTests
{
    readonly TemporaryFolder _folder = new("rewrite");

    [TestCleanup]
    public void Clean() => _folder.Dispose();

    [TestMethod]
    public void What_stays_means_the_same_under_the_same_ids_and_takes_less_room()
    {
        for (var seed = 30; seed < 33; seed++)
        {
            var history = new RandomHistory(seed);
            var events = history.Events(800);
            var path = _folder[$"{seed:D6}.seg"];
            SegmentRoundTripTests.Write(history.Catalog, events, path, FrameCompression.Brotli, piece: 90, number: seed);
            var before = new FileInfo(path).Length;
            var made = SegmentRewrite.Run(path, (EventId id, in ScopeEvent e) => id.Value % 3 == 0 || e.Kind == EventKind.Sql);
            made.Damage.ShouldBeNull();
            var (catalog, read, ids) = SegmentRoundTripTests.ReadWithIds(path);
            int[] stayed = [.. Enumerable.Range(0, events.Length).Where(i => i % 3 == 0 || events[i].Kind == EventKind.Sql)];
            ids.Select(id => (int)id.Value).ShouldBe(stayed);
            SegmentRoundTripTests.Meanings(catalog, read).ShouldBe(SegmentRoundTripTests.Meanings(history.Catalog, stayed.Select(i => events[i])));
            made.Bytes.ShouldBe(new FileInfo(path).Length);
            made.Bytes.ShouldBeLessThan(before);
            SegmentIndex.Read(File.ReadAllBytes(Path.ChangeExtension(path, ".idx")), out var index).ShouldBeNull();
            (index.Number, index.EventCount).ShouldBe((seed, stayed.Length));
        }
        Directory.GetFileSystemEntries(_folder.Path).Length.ShouldBe(2 * 3);
    }

    [TestMethod]
    public void A_span_without_a_name_and_a_process_are_still_the_same_as_in_the_segments_around()
    {
        var catalog = new Catalog();
        SpanId other = catalog.Spans.New(), nameless = catalog.Spans.New();
        var flow = catalog.Flows.New();
        catalog.Targets.Add(new(1, "first", "", "", "", "", EventTime.Min, 1, ""));
        var target = catalog.Targets.Add(new(2, "second", "", "", "", "", EventTime.Min, 1, ""));
        using (var file = new SegmentFileWriter(catalog))
        {
            for (var i = 1; i <= 3; i++)
            {
                file.Open(_folder[$"{i:D6}.seg"], i);
                file.Append([new() { Kind = EventKind.CpuSample, Span = other, Target = new(1), Time = new(i) }, new() { Kind = EventKind.Log, Span = nameless, Flow = flow, Target = target, Time = new(i) }], new(i * 2));
                file.Seal();
            }
        }
        SegmentRewrite.Run(_folder["000002.seg"], (EventId _, in ScopeEvent e) => e.Kind == EventKind.Log);
        var reader = new SegmentFileReader(new());
        var logs = new List<ScopeEvent>();
        for (var i = 1; i <= 3; i++) reader.Read(_folder[$"{i:D6}.seg"], (_, events) => logs.AddRange(events.ToArray().Where(e => e.Kind == EventKind.Log))).ShouldBeNull();
        logs.Select(e => (e.Span, e.Flow, e.Target)).Distinct().Count().ShouldBe(1);
        logs.Count.ShouldBe(3);
    }

    [TestMethod]
    public void A_torn_segment_becomes_a_sealed_one_of_its_good_frames()
    {
        var history = new RandomHistory(34);
        var events = history.Events(300);
        var path = _folder["000001.seg"];
        SegmentRoundTripTests.Write(history.Catalog, events, path, FrameCompression.Brotli, piece: 100);
        SegmentIndex.Read(File.ReadAllBytes(Path.ChangeExtension(path, ".idx")), out var index).ShouldBeNull();
        using (var torn = new FileStream(path, FileMode.Open)) torn.SetLength(index.Frames[2].Offset + 20);
        SegmentRewrite.Run(path, (EventId _, in ScopeEvent _) => true).Damage!.What.ShouldContain("ends within");
        var (catalog, read) = SegmentRoundTripTests.Read(path);
        SegmentRoundTripTests.Meanings(catalog, read).ShouldBe(SegmentRoundTripTests.Meanings(history.Catalog, events.Take(200)));
    }

    [TestMethod]
    public void A_segment_of_which_nothing_stays_is_gone_and_one_that_cannot_be_read_now_stays_as_it_is()
    {
        var history = new RandomHistory(35);
        var path = _folder["000001.seg"];
        SegmentRoundTripTests.Write(history.Catalog, history.Events(10), path, FrameCompression.Brotli);
        SegmentRewrite.Run(path, (EventId _, in ScopeEvent _) => false).Index.ShouldBeNull();
        Directory.GetFileSystemEntries(_folder.Path).ShouldBeEmpty();
        Directory.CreateDirectory(path); // What cannot be opened, by root neither.
        Should.Throw<IOException>(() => SegmentRewrite.Run(path, (EventId _, in ScopeEvent _) => true));
        Directory.Exists(path).ShouldBeTrue();
    }
}
