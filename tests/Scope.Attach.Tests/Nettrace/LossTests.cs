// What a target dropped is counted exactly, by thread and interval, from planted gaps.
using Scope.Attach.Nettrace;

namespace Scope.Attach.Tests.Nettrace;

[TestClass]
public sealed class LossTests
{
    [TestMethod]
    [DataRow(4, true), DataRow(4, false), DataRow(6, true)]
    public void Every_dropped_event_is_counted_once_by_thread(int version, bool isCompressed)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var model = TraceModel.Random(seed, 400);
            // The last of each thread is kept: a drop that no later event and no sequence point tells of, nobody can know.
            var last = model.Events.GroupBy(e => e.Header.CaptureThreadId).ToDictionary(g => g.Key, g => g.Last());
            var kept = model.Events.Where(e => random.Next(4) != 0 || e == last[e.Header.CaptureThreadId]).ToList();
            var dropped = model.Events.Except(kept).ToList();
            var sink = new CollectingSink();
            var outcome = NettraceReader.Read(new MemoryStream(VersionTests.Write(model with { Events = kept }, version, isCompressed)), sink);
            outcome.IsWhole.ShouldBeTrue(outcome.ToString());
            outcome.Lost.ShouldBe(dropped.Count, $"seed {seed}");
            if (version < 6)
                sink.Losses.GroupBy(l => l.Thread).ToDictionary(g => g.Key, g => g.Sum(l => l.Count))
                    .ShouldBe(dropped.GroupBy(e => e.Header.CaptureThreadId).ToDictionary(g => g.Key, g => (long)g.Count()), ignoreOrder: true);
            foreach (var e in dropped.Where(_ => version < 6))
                sink.Losses.ShouldContain(l => l.Thread == e.Header.CaptureThreadId && l.From <= e.Header.Ticks && e.Header.Ticks <= l.To, $"seed {seed}");
        }
    }

    [TestMethod]
    public void A_sequence_point_tells_of_drops_that_no_event_follows()
    {
        var account = new SequenceAccount(new CollectingSink());
        account.Jump(7, 1, 10);
        account.RunEnds(7, 5, 50);
        account.Reached(7, 9, 100);
        account.Reached(8, 3, 100);
        account.Lost.ShouldBe(4 + 3);
    }

    [TestMethod]
    public void A_thread_that_got_the_number_of_one_that_ended_has_lost_nothing()
    {
        var account = new SequenceAccount(new CollectingSink());
        account.Jump(7, 1, 10);
        account.RunEnds(7, 500, 50);
        account.Jump(7, 1, 60);
        account.Lost.ShouldBe(0);
        account.RunEnds(7, 3, 70);
        account.Jump(7, 5, 80);
        account.Lost.ShouldBe(1);
    }

    [TestMethod]
    public void Numbers_go_on_from_zero_after_the_highest()
    {
        var account = new SequenceAccount(new CollectingSink());
        account.RunEnds(7, uint.MaxValue - 1, 50);
        account.Jump(7, uint.MaxValue, 60);
        account.Jump(7, 0, 70);
        account.Jump(7, 2, 80);
        account.Lost.ShouldBe(1);
    }

    [TestMethod]
    public void A_recording_with_enough_buffer_has_lost_nothing() =>
        NettraceReader.Read(new MemoryStream(Recordings.Mixed), new CollectingSink()).Lost.ShouldBe(0);

    [TestMethod]
    public void What_an_undersized_buffer_drops_is_told()
    {
        // A reader that does not read, a buffer of one megabyte, and a target that does not rest: the runtime must drop.
        using var child = new Child("busy");
        using var session = child.Client.StartEventPipeSession(Recordings.Providers, requestRundown: false, circularBufferMB: 1);
        var stalled = new MemoryStream();
        Task.Delay(TimeSpan.FromSeconds(1.5)).Wait();
        var copy = Task.Run(() => session.EventStream.CopyTo(stalled));
        session.Stop();
        copy.Wait();
        var sink = new CollectingSink();
        var outcome = NettraceReader.Read(new MemoryStream(stalled.ToArray()), sink);
        outcome.IsWhole.ShouldBeTrue(outcome.ToString());
        outcome.Lost.ShouldBeGreaterThan(0);
        sink.Losses.Sum(l => l.Count).ShouldBe(outcome.Lost);
        sink.Losses.ShouldAllBe(l => l.From <= l.To && l.Count > 0);
    }
}
