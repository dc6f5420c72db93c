// How long it takes from an event in the target until it can be asked for. The target writes the time into the event, so
// that no clock or correction of ours flatters the figure; we look at the index every millisecond.
using System.Buffers.Text;
using System.Diagnostics;
using Scope.Attach.Profiles;
using Scope.Events;
using Scope.Store.Hot;
using Scope.Testing;

namespace Scope.Benchmarks;

static class LatencyBenchmark
{
    const int BusyRounds = 28_000, QuietRounds = 40; // A round raises some four events.
    const int SettleMillis = 3_000, LookMillis = 15_000;
    const double MostP50 = 150, MostP99 = 400;
    const string EventName = "Scope-Targets-Mixed/At";

    public static IEnumerable<BenchmarkRow> Rows() => [.. Of("busy", BusyRounds), .. Of("quiet", QuietRounds)];

    static IEnumerable<BenchmarkRow> Of(string how, int rounds)
    {
        var (millis, eventsASecond) = MeasureAsync(rounds).GetAwaiter().GetResult();
        double p50 = Rounds.Quantile(millis, 0.5), p99 = Rounds.Quantile(millis, 0.99);
        var what = $"event to queryable, {how} target ({eventsASecond:#,0} events/s)";
        yield return BenchmarkRow.Alone($"{what}, p50", $"< {MostP50} ms", p50, "ms", p50 < MostP50);
        yield return BenchmarkRow.Alone($"{what}, p99", $"< {MostP99} ms", p99, "ms", p99 < MostP99);
    }

    static async Task<(double[] Millis, double EventsASecond)> MeasureAsync(int rounds)
    {
        using var folder = new TemporaryFolder("latency");
        await using var target = await RecordedTarget.StartMixedAsync(rounds);
        await using var recorder = await RecordedTarget.RecordAsync(target.Id, RecordedTarget.WithOwnEvents(ProfileTable.Default), folder.Path);
        await Task.Delay(SettleMillis);
        var index = (HotIndex)recorder.History;
        var before = index.NextId;
        var millis = Look(index, out var seconds);
        if (millis.Count == 0) throw new InvalidOperationException("no event came");
        var eventsASecond = (index.NextId.Value - before.Value) / seconds;
        await recorder.StopAsync();
        return ([.. millis], eventsASecond);
    }

    static List<double> Look(HotIndex index, out double seconds)
    {
        var millis = new List<double>();
        var batch = new ScopeEvent[4096];
        var (next, name) = (index.NextId, index.Catalog.Names.Intern(EventName));
        var watch = Stopwatch.StartNew();
        while (watch.ElapsedMilliseconds < LookMillis)
        {
            Thread.Sleep(1);
            while (index.Read(next, batch, out var first) is > 0 and var count)
            {
                var seen = EventTime.Now;
                foreach (ref readonly var e in batch.AsSpan(0, count))
                    if (e.Name == name) millis.Add((seen.UnixNanos - TimeIn(index, e)) / 1e6);
                next = new(first.Value + count);
            }
        }
        seconds = watch.Elapsed.TotalSeconds;
        return millis;
    }

    static long TimeIn(HotIndex index, in ScopeEvent e)
    {
        var fields = index.Catalog.Payloads.Read(e.Payload);
        return fields.Next() && Utf8Parser.TryParse(fields.Value, out long nanos, out _) ? nanos : throw new InvalidOperationException("an event came without its time");
    }
}
