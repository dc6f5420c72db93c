// Streams that are still being written: nothing is held back for longer than needed, and a break costs what was not sent.
using System.Diagnostics;
using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Scope.Attach.Nettrace;

namespace Scope.Attach.Tests.Nettrace;

[TestClass]
public sealed class LiveTests
{
    static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [TestMethod]
    public void A_silent_stream_gives_what_it_has_told()
    {
        var (stream, cut) = WithoutItsLastSequencePoint();
        var live = new LiveStream();
        var sink = new CollectingSink();
        var reading = Task.Run(() => NettraceReader.Read(live, sink, new() { WaitForData = live.WaitForData }));
        live.Send(stream.AsSpan(0, cut));
        Until(() => sink.Advances.Count > 0 && sink.Events.Count == 30);
        live.Silences.ShouldBeGreaterThan(0);
        sink.Advances[^1].ShouldBe(sink.Events[^1].Ticks);
        live.Send(stream.AsSpan(cut));
        live.End();
        reading.Wait(Deadline).ShouldBeTrue();
        reading.Result.IsWhole.ShouldBeTrue(reading.Result.ToString());
        sink.BrokenPromises.ShouldBe(0);
    }

    [TestMethod]
    public void Silence_in_the_middle_of_a_block_is_no_end_of_a_batch()
    {
        var (stream, cut) = WithoutItsLastSequencePoint();
        var live = new LiveStream();
        var sink = new CollectingSink();
        var reading = Task.Run(() => NettraceReader.Read(live, sink, new() { WaitForData = live.WaitForData, IdleMillis = 1 }));
        live.Send(stream.AsSpan(0, cut - 40));
        live.End("Connection reset by peer");
        reading.Wait(Deadline).ShouldBeTrue();
        live.Silences.ShouldBe(0);
        reading.Result.End.ShouldBe(NettraceEnd.EndedEarly);
        reading.Result.Reason.ShouldBe("Connection reset by peer");
        reading.Result.Offset.ShouldBe(cut - 40);
    }

    [TestMethod]
    public void A_stream_sent_a_byte_at_a_time_reads_like_one_sent_at_once()
    {
        var stream = new ObjectTraceWriter(TraceModel.Random(8, 60), 4) { BatchEvents = 10 }.Write();
        var (whole, bytewise) = (new CollectingSink(), new CollectingSink());
        NettraceReader.Read(new MemoryStream(stream), whole);
        var live = new LiveStream();
        foreach (var b in stream) live.Send([b]);
        live.End();
        NettraceReader.Read(live, bytewise, new() { WaitForData = live.WaitForData }).IsWhole.ShouldBeTrue();
        bytewise.Events.ShouldBe(whole.Events);
    }

    [TestMethod]
    public void A_writer_that_pauses_between_two_blocks_of_a_batch_is_counted_as_late_and_costs_no_event()
    {
        // Two blocks of one batch: the second begins before the first one ends.
        var model = TraceModel.Random(2, 40);
        var (early, late) = (model.Events.Where((_, i) => i % 2 == 0), model.Events.Where((_, i) => i % 2 == 1));
        var one = new BlockTraceWriter(model with { Events = [.. early] }) { Ends = false }.Write();
        var other = new BlockTraceWriter(model with { Events = [.. late] }).Write();
        var afterTrace = 24 + (BitConverter.ToInt32(other, 20) & 0xFF_FFFF);
        var live = new LiveStream();
        var sink = new CollectingSink();
        var reading = Task.Run(() => NettraceReader.Read(live, sink, new() { WaitForData = live.WaitForData }));
        live.Send(one);
        Until(() => sink.Events.Count == 20);
        live.Send(other.AsSpan(afterTrace));
        live.End();
        reading.Wait(Deadline).ShouldBeTrue();
        reading.Result.Events.ShouldBe(40);
        reading.Result.Late.ShouldBeGreaterThan(0);
        sink.BrokenPromises.ShouldBe((int)reading.Result.Late);
    }

    [TestMethod]
    public void A_real_process_that_falls_silent_is_read_up_to_its_last_event_soon()
    {
        using var child = new Child();
        using var session = child.Client.StartEventPipeSession([new EventPipeProvider("Scope-Targets-Mixed", EventLevel.Verbose, -1)], requestRundown: false);
        var (sink, reading) = Read(session.EventStream);
        session.Stop();
        reading.Wait(Deadline).ShouldBeTrue();
        reading.Result.IsWhole.ShouldBeTrue(reading.Result.ToString());
        sink.Events.Select(e => e.Ticks).ShouldBe(sink.Events.Select(e => e.Ticks).Order());
    }

    [TestMethod]
    public void A_target_killed_in_the_middle_leaves_all_that_it_had_sent()
    {
        using var child = new Child();
        using var session = child.Client.StartEventPipeSession([new EventPipeProvider("Scope-Targets-Mixed", EventLevel.Verbose, -1)], requestRundown: false);
        var (sink, reading) = Read(session.EventStream);
        Process.GetProcessById(child.Id).Kill();
        reading.Wait(Deadline).ShouldBeTrue();
        reading.Result.End.ShouldBe(NettraceEnd.EndedEarly);
        reading.Result.Events.ShouldBe(sink.Events.Count);
    }

    /// <summary>A stream whose last batch nothing closes: without patience it would be held back for ever.</summary>
    static (byte[] Stream, int Cut) WithoutItsLastSequencePoint()
    {
        var stream = new ObjectTraceWriter(TraceModel.Random(6, 30), 4) { BatchEvents = 30 }.Write();
        return (stream, stream.AsSpan().LastIndexOf("SPBlock"u8) - 15);
    }

    /// <summary>Reads what a process tells, and comes back when it has told something.</summary>
    static (CollectingSink Sink, Task<NettraceOutcome> Reading) Read(Stream told)
    {
        var live = new LiveStream();
        Pump(told, live);
        var sink = new CollectingSink();
        var reading = Task.Run(() => NettraceReader.Read(live, sink, new() { WaitForData = live.WaitForData }));
        Until(() => sink.Events.Count > 100);
        return (sink, reading);
    }

    static void Pump(Stream from, LiveStream to) => Task.Run(() =>
    {
        var buffer = new byte[64 * 1024];
        try
        {
            for (int read; (read = from.Read(buffer)) > 0;) to.Send(buffer.AsSpan(0, read));
            to.End();
        }
        catch (IOException e)
        {
            to.End(e.Message);
        }
    });

    internal static void Until(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        var wait = new SpinWait();
        while (!condition())
        {
            (watch.Elapsed < Deadline).ShouldBeTrue("it did not happen in time");
            wait.SpinOnce(sleep1Threshold: 10);
        }
    }
}
