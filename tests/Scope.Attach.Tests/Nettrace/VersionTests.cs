// All versions of the format, against TraceEvent on the same bytes: written from a real recording, and from made-up traces.
using Scope.Attach.Nettrace;

namespace Scope.Attach.Tests.Nettrace;

[TestClass]
public sealed class VersionTests
{
    const int RecordedEvents = 5000;

    [TestMethod]
    [DataRow(3, true), DataRow(4, true), DataRow(4, false), DataRow(5, true), DataRow(5, false), DataRow(6, true), DataRow(6, false)]
    public void A_recording_rewritten_in_a_version_reads_as_TraceEvent_reads_it(int version, bool isCompressed)
    {
        var model = Peerable(TraceModel.Of(Recordings.Mixed, RecordedEvents), isCompressed);
        var sink = PeerTests.Compare(Write(model, version, isCompressed), version == 5 ? 4 : version);
        sink.Events.Count.ShouldBe(RecordedEvents);
        sink.Events.Count(e => e.Stack != "").ShouldBeGreaterThan(0);
        sink.Events.Count(e => e.Activity != default).ShouldBeGreaterThan(0);
        sink.Header!.ProcessId.ShouldBe(model.Header.ProcessId);
        sink.Header.ProcessorCount.ShouldBe(model.Header.ProcessorCount);
    }

    [TestMethod]
    [DataRow(3, true), DataRow(4, true), DataRow(4, false), DataRow(5, true), DataRow(5, false), DataRow(6, true), DataRow(6, false)]
    public void A_made_up_trace_reads_as_it_was_made_and_as_TraceEvent_reads_it(int version, bool isCompressed)
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var model = Peerable(TraceModel.Random(seed, 1 + seed * 20), isCompressed);
            var sink = PeerTests.Compare(Write(model, version, isCompressed), version == 5 ? 4 : version);
            Seen.Canonical(sink.Events).ShouldBe(Seen.Canonical(AsSeen(model)), $"seed {seed}");
            sink.Losses.ShouldBeEmpty();
        }
    }

    [TestMethod]
    [DataRow(4), DataRow(5), DataRow(6)]
    public void What_is_told_of_a_sort_of_events_comes_whole(int version)
    {
        var model = TraceModel.Random(7, 10);
        var sink = new CollectingSink();
        NettraceReader.Read(new MemoryStream(Write(model, version, true)), sink).IsWhole.ShouldBeTrue();
        sink.Sorts.Select(Text).ShouldBe(model.Sorts.Select(Text));
    }

    [TestMethod]
    public void Sorts_that_version_6_numbers_anew_are_not_confused()
    {
        var model = TraceModel.Random(3, 200);
        var sink = PeerTests.Compare(new BlockTraceWriter(model) { ForgetsMetadata = true, BatchEvents = 20 }.Write(), 6);
        sink.Sorts.Count.ShouldBe(model.Sorts.Count * 10);
    }

    [TestMethod]
    public void A_block_of_a_later_kind_is_skipped_in_version_6()
    {
        var stream = Write(TraceModel.Random(5, 40), 6, true);
        byte[] strange = [3, 0, 0, 200, 1, 2, 3];
        var sink = new CollectingSink();
        var outcome = NettraceReader.Read(new MemoryStream([.. stream[..^4], .. strange, .. stream[^4..]]), sink);
        outcome.IsWhole.ShouldBeTrue(outcome.ToString());
        sink.Events.Count.ShouldBe(40);
    }

    [TestMethod]
    public void The_order_of_the_stream_is_kept_when_no_sorting_is_asked_for()
    {
        var model = TraceModel.Random(11, 300);
        var sink = new CollectingSink();
        NettraceReader.Read(new MemoryStream(Write(model, 4, true)), sink, new() { Sorted = false });
        var written = TraceRuns.Batches(model, 64).SelectMany(b => b).SelectMany(r => r).ToList();
        sink.Headers.Select(h => (h.CaptureThreadId, h.Sequence)).ShouldBe(written.Select(e => (e.Header.CaptureThreadId, e.Header.Sequence)));
    }

    [TestMethod]
    public void Events_that_are_not_compressed_may_have_padding_behind_them()
    {
        var model = TraceModel.Random(13, 200);
        model.Events.ShouldContain(e => e.Payload.Length % 4 != 0);
        var sink = new CollectingSink();
        NettraceReader.Read(new MemoryStream(Write(model, 4, false)), sink).IsWhole.ShouldBeTrue();
        Seen.Canonical(sink.Events).ShouldBe(Seen.Canonical(AsSeen(model)));
    }

    /// <summary>The format pads events that are not compressed to four bytes; TraceEvent does not skip the padding, so for it there must be none.</summary>
    static TraceModel Peerable(TraceModel model, bool isCompressed) => isCompressed ? model : model with
    {
        Sorts = [.. model.Sorts.Select(s => s with { Fields = [], EventName = (s.Provider.Length + s.EventName.Length) % 2 == 0 ? s.EventName : s.EventName + "_" })],
        Events = [.. model.Events.Select(e => e with { Payload = [.. e.Payload, .. new byte[-e.Payload.Length & 3]] })],
    };

    internal static byte[] Write(TraceModel model, int version, bool isCompressed) =>
        version == 6 ? new BlockTraceWriter(model, isCompressed).Write() : new ObjectTraceWriter(model, version, isCompressed).Write();

    static IEnumerable<Seen> AsSeen(TraceModel model) => model.Events.Select(e =>
    {
        var sort = model.Sorts.First(s => s.MetadataId == e.Sort);
        return new Seen(e.Header.Ticks, sort.Provider, sort.EventId, e.Header.ThreadId, e.Header.ActivityId, e.Header.RelatedActivityId,
            Convert.ToHexString(e.Payload), Convert.ToHexString(e.Stack));
    });

    static string Text(NettraceMetadata m) =>
        $"{m.MetadataId} {m.Provider} {m.EventId} {m.EventName} v{m.Version} l{m.Level} k{m.Keywords} o{m.Opcode} [{string.Join(", ", m.Fields.Select(Text))}]";

    static string Text(NettraceField f) => $"{f.Name}:{f.TypeCode}/{f.ElementTypeCode}({string.Join(", ", f.Inner.Select(Text))})";
}
