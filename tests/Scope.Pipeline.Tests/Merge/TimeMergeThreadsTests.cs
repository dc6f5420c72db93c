// The merge with its writers on threads of their own: nothing is lost, nothing is out of order, nobody sleeps through work.
using Scope.Events;
using Scope.Pipeline.Merge;
using Scope.Pipeline.Ring;

namespace Scope.Pipeline.Tests.Merge;

[TestClass]
public sealed class TimeMergeThreadsTests
{
    sealed class Collected : IEventSink
    {
        public List<ScopeEvent> Events { get; } = [];

        public EventTime Watermark { get; private set; } = EventTime.Min;

        public int Broken { get; private set; }

        public EventId Append(in ScopeEvent e)
        {
            if (e.Time < Watermark || Events.Count > 0 && e.Time < Events[^1].Time) Broken++;
            Events.Add(e);
            return EventId.None;
        }

        public void Advance(EventTime noneBefore) => Watermark = noneBefore;
    }

    [TestMethod]
    public void Random_sources_come_out_whole_and_sorted_whatever_their_pace()
    {
        for (var seed = 1; seed <= 8; seed++)
        {
            var ledger = new Ledger();
            // Sources here are never silent for good, so a hold that never ends makes the outcome exact.
            using var merge = new TimeMerge(ledger, holdMillis: 3_600_000);
            var sources = Enumerable.Range(0, seed % 4 + 1).Select(i => Times(seed * 10 + i)).ToArray();
            var writers = sources.Select((times, i) =>
            {
                var ring = new EventRing(64, RingMode.Block);
                merge.Add(ring, $"source {i}");
                return new Thread(() => Write(ring, times, seed + i));
            }).ToArray();
            foreach (var writer in writers) writer.Start();
            var collected = new Collected();
            merge.Run(collected, CancellationToken.None);
            foreach (var writer in writers) writer.Join();

            collected.Broken.ShouldBe(0, $"seed {seed}");
            collected.Watermark.ShouldBe(EventTime.Max);
            collected.Events.Select(e => e.Time.UnixNanos).SequenceEqual(sources.SelectMany(t => t).Order()).ShouldBeTrue($"seed {seed}");
            merge.Late.ShouldBe(0);
            ledger.Summary().Losses.ShouldBeEmpty();
        }
    }

    [TestMethod]
    public void One_that_sleeps_is_woken_by_a_writer()
    {
        using var merge = new TimeMerge(new());
        var ring = new EventRing(256);
        merge.Add(ring, "a");
        var collected = new Collected();
        var reader = new Thread(() => merge.Run(collected, CancellationToken.None));
        reader.Start();
        // With one source there is no hold to wake it: without the bell it would sleep for ever.
        for (var i = 0; i < 200; i++)
        {
            if (i % 20 == 0) SpinWait.SpinUntil(() => (reader.ThreadState & ThreadState.WaitSleepJoin) != 0, TimeSpan.FromSeconds(10)).ShouldBeTrue();
            ring.Append(TellingEvents.Number(i));
            ring.Advance(new(i));
        }
        ring.Advance(EventTime.Max);
        reader.Join(TimeSpan.FromSeconds(20)).ShouldBeTrue();
        collected.Events.Count.ShouldBe(200);
    }

    [TestMethod]
    public void One_that_sleeps_goes_on_when_the_hold_of_a_silent_source_ends()
    {
        using var merge = new TimeMerge(new());
        var (speaks, silent) = (new EventRing(64), new EventRing(64));
        merge.Add(speaks, "speaks");
        merge.Add(silent, "silent");
        speaks.Append(TellingEvents.Number(7));
        speaks.Advance(EventTime.Max);
        var into = new ScopeEvent[8];
        var read = 0;
        for (var turns = 0; read == 0 && turns < 1000; turns++)
        {
            read = merge.Read(into);
            if (read == 0) merge.Wait(CancellationToken.None).ShouldBeTrue();
        }
        read.ShouldBe(1);
    }

    [TestMethod]
    public void One_that_sleeps_is_stopped_by_its_token()
    {
        using var merge = new TimeMerge(new());
        merge.Add(new(64), "a");
        using var stop = new CancellationTokenSource();
        var reader = new Thread(() => merge.Run(new Collected(), stop.Token));
        reader.Start();
        SpinWait.SpinUntil(() => (reader.ThreadState & ThreadState.WaitSleepJoin) != 0, TimeSpan.FromSeconds(10)).ShouldBeTrue();
        stop.Cancel();
        reader.Join(TimeSpan.FromSeconds(20)).ShouldBeTrue();
    }

    static long[] Times(int seed)
    {
        var random = new Random(seed);
        var now = 0L;
        return [.. Enumerable.Range(0, random.Next(5000)).Select(_ => now += random.Next(4))];
    }

    static void Write(EventRing ring, long[] times, int seed)
    {
        var random = new Random(seed);
        foreach (var time in times)
        {
            ring.Append(TellingEvents.Number(time));
            if (random.Next(30) == 0) ring.Advance(new(time));
            if (random.Next(300) == 0) Thread.Yield();
        }
        ring.Advance(EventTime.Max);
    }
}
