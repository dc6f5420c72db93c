// The ring against System.Threading.Channels: both bounded alike, both wait when full, so that every event arrives.
// The events are made beforehand: what is measured is the passing on.
using System.Diagnostics;
using System.Threading.Channels;
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Benchmarks;

static class RingBenchmark
{
    const int Capacity = 1 << 16;
    const int Cycle = 1 << 10;
    const int ReadBatch = 1 << 10;
    const int RingCycles = 8000;
    const int ChannelCycles = 1000;

    static readonly ScopeEvent[] Made = [.. Enumerable.Range(0, Cycle).Select(i => new ScopeEvent { Kind = EventKind.Log, Value = i })];

    public static IEnumerable<BenchmarkRow> Rows()
    {
        var medians = Rounds.Medians(9, () => MillionsASecond(RingCycles, OverRing), () => MillionsASecond(ChannelCycles, OverChannel));
        yield return BenchmarkRow.Rate("ring, one producer, one consumer, 64-byte events", "≥ 10 × bounded Channels",
            medians[0], "M events/s", "bounded Channel", medians[1], 10);
    }

    static double MillionsASecond(int cycles, Func<int, long> run)
    {
        var watch = Stopwatch.StartNew();
        var sum = run(cycles);
        var seconds = watch.Elapsed.TotalSeconds;
        if (sum != (long)cycles * Cycle * (Cycle - 1) / 2) throw new InvalidOperationException("events went missing");
        return (double)cycles * Cycle / seconds / 1e6;
    }

    static long OverRing(int cycles)
    {
        var ring = new EventRing(Capacity, RingMode.Block);
        using var reader = ring.OpenReader();
        var writer = new Thread(() =>
        {
            for (var cycle = 0; cycle < cycles; cycle++)
                foreach (ref readonly var e in Made.AsSpan()) ring.Append(in e);
            ring.Publish();
        });
        writer.Start();
        var batch = new ScopeEvent[ReadBatch];
        var sum = 0L;
        var wait = new SpinWait();
        for (var left = (long)cycles * Cycle; left > 0;)
        {
            var count = reader.Read(batch);
            if (count == 0)
            {
                wait.SpinOnce(sleep1Threshold: -1);
                continue;
            }
            wait.Reset();
            foreach (ref readonly var e in batch.AsSpan(0, count)) sum += e.Value;
            left -= count;
        }
        writer.Join();
        return sum;
    }

    static long OverChannel(int cycles)
    {
        var channel = Channel.CreateBounded<ScopeEvent>(new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });
        var writer = Task.Run(async () =>
        {
            for (var cycle = 0; cycle < cycles; cycle++)
                foreach (var e in Made)
                    while (!channel.Writer.TryWrite(e)) await channel.Writer.WaitToWriteAsync();
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
