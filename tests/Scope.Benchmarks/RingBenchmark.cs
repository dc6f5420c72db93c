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
    const int RingCycles = 8000;
    const int ChannelCycles = 1000;
    const int RoundCount = 9;

    static readonly ScopeEvent[] Made = [.. Enumerable.Range(0, Cycle).Select(i => new ScopeEvent { Kind = EventKind.Log, Value = i })];

    public static IEnumerable<BenchmarkRow> Rows()
    {
        var (ring, channel) = Rounds.All(RoundCount, () => MillionsASecond(RingCycles, OverRing), () => MillionsASecond(ChannelCycles, OverChannel)) is [var ours, var theirs] ? (ours, theirs) : default;
        var ratios = ring.Zip(channel, (a, b) => a / b).Order().ToArray();
        var lowest = ratios[0];
        yield return BenchmarkRow.Rate($"ring, one producer, one consumer, 64-byte events (median of {RoundCount} rounds)", "≥ 10 × bounded Channels",
            Rounds.Quantile(ring, 0.5), "M events/s", "bounded Channel", Rounds.Quantile(channel, 0.5), 10) with { Ratio = Rounds.Quantile(ratios, 0.5), Reached = Rounds.Quantile(ratios, 0.5) >= 10 };
        yield return BenchmarkRow.Alone("the same, the worst of these rounds", "", lowest, "× bounded Channels", null);
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
        var sum = 0L;
        var wait = new SpinWait();
        for (var left = (long)cycles * Cycle; left > 0;)
        {
            var events = reader.Peek();
            if (events.IsEmpty)
            {
                wait.SpinOnce(sleep1Threshold: -1);
                continue;
            }
            wait.Reset();
            foreach (ref readonly var e in events) sum += e.Value;
            reader.Skip(events.Length);
            left -= events.Length;
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
