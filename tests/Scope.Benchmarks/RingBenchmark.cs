// The ring against System.Threading.Channels: both bounded alike, both wait when full, so that every event arrives.
using System.Diagnostics;
using System.Threading.Channels;
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Benchmarks;

static class RingBenchmark
{
    const int Capacity = 1 << 12;
    const int Events = 4_000_000;
    const int ChannelEvents = 1_000_000;
    const int ReadBatch = 256;

    public static IEnumerable<BenchmarkRow> Rows()
    {
        var medians = Rounds.Medians(7, () => MillionsASecond(Events, OverRing), () => MillionsASecond(ChannelEvents, OverChannel));
        yield return BenchmarkRow.Rate("ring, one producer, one consumer, 64-byte events", "≥ 10 × bounded Channels",
            medians[0], "M events/s", "bounded Channel", medians[1], 10);
    }

    static double MillionsASecond(int events, Func<int, long> run)
    {
        var watch = Stopwatch.StartNew();
        var sum = run(events);
        var seconds = watch.Elapsed.TotalSeconds;
        if (sum != (long)events * (events - 1) / 2) throw new InvalidOperationException("events went missing");
        return events / seconds / 1e6;
    }

    static long OverRing(int events)
    {
        var ring = new EventRing(Capacity, RingMode.Block);
        using var reader = ring.OpenReader();
        var writer = new Thread(() =>
        {
            var e = new ScopeEvent { Kind = EventKind.Log };
            for (var i = 0; i < events; i++)
            {
                e.Value = i;
                ring.Append(in e);
            }
            ring.Publish();
        });
        writer.Start();
        var batch = new ScopeEvent[ReadBatch];
        var sum = 0L;
        var wait = new SpinWait();
        for (var seen = 0; seen < events;)
        {
            var count = reader.Read(batch);
            if (count == 0)
            {
                wait.SpinOnce(sleep1Threshold: -1);
                continue;
            }
            wait.Reset();
            foreach (ref readonly var e in batch.AsSpan(0, count)) sum += e.Value;
            seen += count;
        }
        writer.Join();
        return sum;
    }

    static long OverChannel(int events)
    {
        var channel = Channel.CreateBounded<ScopeEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });
        var writer = Task.Run(async () =>
        {
            var e = new ScopeEvent { Kind = EventKind.Log };
            for (var i = 0; i < events; i++)
            {
                e.Value = i;
                while (!channel.Writer.TryWrite(e)) await channel.Writer.WaitToWriteAsync();
            }
            channel.Writer.Complete();
        });
        var reader = Task.Run(async () =>
        {
            var sum = 0L;
            while (await channel.Reader.WaitToReadAsync())
                while (channel.Reader.TryRead(out var e)) sum += e.Value;
            return sum;
        });
        writer.Wait();
        return reader.Result;
    }
}
