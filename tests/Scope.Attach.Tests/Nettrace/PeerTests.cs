// Event for event against TraceEvent, on the same bytes.
using Scope.Attach.Nettrace;

namespace Scope.Attach.Tests.Nettrace;

[TestClass]
public sealed class PeerTests
{
    [TestMethod]
    public void A_recording_of_a_real_process_reads_as_TraceEvent_reads_it() => Compare(Recordings.Mixed, 4);

    [TestMethod]
    [DataRow(true), DataRow(false)]
    public async Task A_session_of_our_own_reads_as_TraceEvent_reads_it(bool stacks)
    {
        var sink = Compare(await Recordings.RecordOwnAsync(stacks), 4);
        sink.Events.ShouldContain(e => e.Provider == "Microsoft-Windows-DotNETRuntimeRundown");
        sink.Events.Any(e => e.Provider == "Scope-Targets-Mixed" && e.Stack != "").ShouldBe(stacks);
    }

    internal static CollectingSink Compare(byte[] stream, int version)
    {
        var sink = new CollectingSink();
        var outcome = NettraceReader.Read(new MemoryStream(stream), sink);
        var (peer, lost) = Peer.Read(stream);

        outcome.IsWhole.ShouldBeTrue(outcome.ToString());
        outcome.Bytes.ShouldBe(stream.Length);
        outcome.Events.ShouldBe(sink.Events.Count);
        outcome.Undescribed.ShouldBe(0);
        outcome.Late.ShouldBe(0);
        sink.BrokenPromises.ShouldBe(0);
        sink.Header!.FormatVersion.ShouldBe(version);
        sink.Events.Count.ShouldBe(peer.Count);
        sink.Events.Select(e => e.Ticks).ShouldBe(peer.Select(e => e.Ticks));
        var (ours, theirs) = (Seen.Canonical(sink.Events), Seen.Canonical(peer));
        // For version 3 TraceEvent takes the related activity from beside the record; what it gives differs from run to run.
        if (version == 3) theirs = [.. theirs.Zip(ours, (t, o) => t with { Related = o.Related })];
        for (var i = 0; i < ours.Count; i++) ours[i].ShouldBe(theirs[i], $"event {i} of {ours.Count}");
        return sink;
    }
}
