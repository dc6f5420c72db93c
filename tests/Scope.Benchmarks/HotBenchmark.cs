// The hot index: taking events, what they weigh, questions at ten million events, and pruning while events come.
using System.Diagnostics;
using Scope.Events;
using Scope.Store;
using Scope.Store.Hot;
using Scope.Store.Query;

namespace Scope.Benchmarks;

static class HotBenchmark
{
    const int Batch = 1 << 13;
    const int InsertBatches = 500; // Some 4 M events a round.
    const int PeerBatches = 120; // Some 1 M: the peer is slow, and slower the more it holds.
    const int Held = 10_000_000;
    const int Questions = 400;
    const int QueryRounds = 5;

    static readonly HotLimits NoLimits = new() { Events = long.MaxValue, Bytes = long.MaxValue };

    public static IEnumerable<BenchmarkRow> Insert()
    {
        var medians = Rounds.Medians(3, InsertHot, InsertDictionaries);
        yield return BenchmarkRow.Alone("hot insert, all chains, one core", "≥ 5 M events/s", medians[0], "M events/s", medians[0] >= 5);
        yield return BenchmarkRow.Rate("hot insert against dictionaries of lists", "≥ 10 ×", medians[0], "M events/s", "dictionaries of lists", medians[1], 10);
    }

    public static IEnumerable<BenchmarkRow> Query()
    {
        var index = new HotIndex(new(), new(), NoLimits);
        var workload = new HotWorkload();
        Fill(workload, Held / Batch + 1, index.Append);
        var bytes = index.Statistics.BytesAnEvent;
        yield return BenchmarkRow.Alone("hot index at 10 M events, all told", "≤ 120 B an event", bytes, "B", bytes <= 120);

        var random = new Random(1);
        var flows = (int)(index.Count / HotWorkload.EventsAFlow);
        yield return Ask("one flow", index, () => new() { Flow = new(random.Next(1, flows)) });
        yield return Follow(index, random);
        yield return Ask("flows, any of three", index, () => new() { Flows = new([new(random.Next(1, flows)), new(random.Next(1, flows)), new(random.Next(1, flows))]) });
        yield return Ask("a thread's last 1000", index, () => new() { Thread = new(random.Next(1, HotWorkload.Threads + 1)), Order = EventOrder.NewestFirst, Limit = 1000 });
        yield return Ask("a range of 1 s (100,000 events)", index, () =>
        {
            var from = new EventTime(random.NextInt64(index.Last.UnixNanos - 1_000_000_000));
            return new() { From = from, To = from + 1_000_000_000 };
        });
    }

    public static IEnumerable<BenchmarkRow> Prune()
    {
        const int million = 1_000_000;
        var index = new HotIndex(new(), new(), NoLimits);
        var workload = new HotWorkload();
        Fill(workload, 4 * million / Batch, index.Append);
        using var stop = new CancellationTokenSource();
        var questions = 0;
        var reader = new Thread(() =>
        {
            for (; !stop.IsCancellationRequested; questions++) index.CountOf(new() { Thread = new(questions % HotWorkload.Threads + 1), Order = EventOrder.NewestFirst, Limit = 1000 });
        });
        reader.Start();
        var millis = new List<double>();
        for (var round = 0; round < 12; round++)
        {
            var watch = Stopwatch.StartNew();
            var pruned = index.Prune(index.First + (long)million * 1_000_000_000 / HotWorkload.EventsASecond + 1_000_000_000);
            millis.Add(watch.Elapsed.TotalMilliseconds);
            if (pruned < million) throw new InvalidOperationException($"only {pruned} events were pruned");
            Fill(workload, (int)(pruned / Batch), index.Append);
        }
        stop.Cancel();
        reader.Join();
        var median = Rounds.Quantile([.. millis.Skip(1)], 0.5);
        yield return BenchmarkRow.Alone($"prune of 1 M events, while inserting and asked (worst {millis.Skip(1).Max():0.000} ms)", "< 1 ms", median, "ms", median < 1);
    }

    static double InsertHot()
    {
        var index = new HotIndex(new(), new(), new() { Events = 2 << 20, Bytes = long.MaxValue });
        return InsertBatches * (double)Batch / Fill(new(), InsertBatches, index.Append) / 1e6;
    }

    static double InsertDictionaries()
    {
        var index = new DictionaryIndex();
        return PeerBatches * (double)Batch / Fill(new(), PeerBatches, (in ScopeEvent e) =>
        {
            index.Append(in e);
            return EventId.None;
        }) / 1e6;
    }

    delegate EventId Append(in ScopeEvent e);

    /// <summary>Appends batches; gives the seconds that the appending took, without the making of the events.</summary>
    static double Fill(HotWorkload workload, int batches, Append append)
    {
        var batch = new ScopeEvent[Batch];
        var watch = new Stopwatch();
        for (var i = 0; i < batches; i++)
        {
            workload.Next(batch);
            watch.Start();
            foreach (ref readonly var e in batch.AsSpan()) append(in e);
            watch.Stop();
        }
        return watch.Elapsed.TotalSeconds;
    }

    static BenchmarkRow Ask(string what, HotIndex index, Func<EventQuery> question)
    {
        Latencies(what, index, question);
        var rounds = Enumerable.Range(0, QueryRounds).Select(_ => Latencies(what, index, question)).ToArray();
        var p50 = Rounds.Quantile([.. rounds.Select(r => Rounds.Quantile(r, 0.5))], 0.5);
        var p99 = Rounds.Quantile([.. rounds.Select(r => Rounds.Quantile(r, 0.99))], 0.5);
        return BenchmarkRow.Alone($"query at 10 M events: {what}, p99 (p50 {p50:0.000} ms)", "< 1 ms", p99, "ms", p99 < 1);
    }

    static BenchmarkRow Follow(HotIndex index, Random random)
    {
        const int Depth = 8;
        var steps = 0L;
        var rounds = Enumerable.Range(0, QueryRounds + 1).Select(_ => Enumerable.Range(0, Questions).Select(_ =>
        {
            var from = new EventId(random.NextInt64(index.Count));
            var watch = Stopwatch.StartNew();
            steps += new CausalWalk(index).CausesOf(from, Depth).Count;
            return watch.Elapsed.TotalMilliseconds;
        }).ToArray()).Skip(1).ToArray();
        var p50 = Rounds.Quantile([.. rounds.Select(r => Rounds.Quantile(r, 0.5))], 0.5);
        var p99 = Rounds.Quantile([.. rounds.Select(r => Rounds.Quantile(r, 0.99))], 0.5);
        return BenchmarkRow.Alone($"causes of an event at 10 M events, {Depth} deep, {(double)steps / ((QueryRounds + 1) * Questions):0.0} steps, p99 (p50 {p50:0.000} ms)", "< 1 ms", p99, "ms", p99 < 1);
    }

    static double[] Latencies(string what, HotIndex index, Func<EventQuery> question)
    {
        var millis = new double[Questions];
        for (var i = 0; i < Questions; i++)
        {
            var query = question();
            var watch = Stopwatch.StartNew();
            var sum = 0L;
            index.Visit(query, (EventId _, in ScopeEvent e) =>
            {
                sum += e.Value;
                return true;
            });
            millis[i] = watch.Elapsed.TotalMilliseconds;
            if (sum == 0) throw new InvalidOperationException($"'{what}' found nothing");
        }
        return millis;
    }
}
