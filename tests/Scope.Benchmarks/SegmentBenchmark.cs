// Segments: how fast events become compressed frames on one core, how many bytes each takes, and how fast they come back.
// With the events of real recordings (the default profile is little else than spans, whose random W3C ids take eight bytes each
// and sixteen a flow), and with made-up ones of a busy service (requests with SQL below them on many threads, interleaved, random
// durations, samples of random stacks). The rates are by the CPU time taken, so that they are those of one core on a busy machine.
using Scope.Attach.Profiles;
using Scope.Events;
using Scope.Store;
using Scope.Store.Segments;
using Scope.Testing;

namespace Scope.Benchmarks;

static class SegmentBenchmark
{
    const int Events = 1 << 20;
    const int Threads = 48, Routes = 40, Statements = 120, StacksCount = 3000, Depth = 25;

    public static IEnumerable<BenchmarkRow> Rows()
    {
        var catalog = new Catalog();
        return [.. RowsOfRecording("deep"), .. RowsOfRecording("default"), .. RowsOf("random events", catalog, Workload(catalog))];
    }

    static IEnumerable<BenchmarkRow> RowsOfRecording(string profile)
    {
        using var folder = new TemporaryFolder("segments");
        var recording = WarmRecording.MakeAsync(folder.Path, ProfileTable.Find(profile)!).GetAwaiter().GetResult();
        var once = RowsOf($"a real recording, profile {profile}", recording.Catalog, [.. recording.List(EventQuery.All).Select(stored => stored.Event)]).ToList();
        // Names, methods and stacks are in each segment once, however long it is; a recorder's are longer than twenty seconds.
        var events = new ScopeEvent[Events];
        new AgainAndAgain(recording, Events, withIdentities: true).Read(new(0), events, out _);
        return [.. once, .. RowsOf("the same again and again, with other spans and payloads", recording.Catalog, events)];
    }

    static IEnumerable<BenchmarkRow> RowsOf(string what, Catalog catalog, ScopeEvent[] events)
    {
        var encoder = new SegmentEncoder(catalog);
        var file = Encode(encoder, events);
        var bytes = (double)file.Length / events.Length;
        var times = Math.Max(1, Events / events.Length); // A short one so often that it is compiled, as it is in a recorder that runs for days.
        double RateOf(Action run) => Rate(events.Length * times, () =>
        {
            for (var i = 0; i < times; i++) run();
        });
        var medians = Rounds.Medians(5, () => RateOf(() => Encode(encoder, events)), () => RateOf(() => Decode(file, events.Length)));
        yield return BenchmarkRow.Alone($"segment write, {what} ({events.Length / 1e6:0.0} M), all columns, one core", "≥ 4 M events/s", medians[0], "M events/s", medians[0] >= 4);
        yield return BenchmarkRow.Alone($"segment size, {what}", "≤ 12 B an event", bytes, "B an event", bytes <= 12);
        yield return BenchmarkRow.Alone($"segment read, {what}, one core", "", medians[1], "M events/s", null);
    }

    static double Rate(int events, Action run)
    {
        GC.Collect(); // What the contestant before left behind is not this one's.
        var before = Environment.CpuUsage.TotalTime;
        run();
        return events / (Environment.CpuUsage.TotalTime - before).TotalSeconds / 1e6;
    }

    static byte[] Encode(SegmentEncoder encoder, ScopeEvent[] events)
    {
        encoder.Begin(1);
        for (var i = 0; i < events.Length; i += Limits.SegmentFrameEvents) encoder.Add(events.AsSpan(i, Math.Min(Limits.SegmentFrameEvents, events.Length - i)), new(i));
        encoder.Seal();
        return encoder.Pending.ToArray();
    }

    static void Decode(byte[] file, int events)
    {
        var seen = 0;
        var damage = new SegmentFileReader(new()).Read(new MemoryStream(file), "encoded", (_, rows) => seen += rows.Length);
        if (damage is not null || seen != events) throw new InvalidOperationException($"{seen} of {events} events come back: {damage}");
    }

    /// <summary>A million events of a busy service.</summary>
    public static ScopeEvent[] Workload(Catalog catalog)
    {
        var random = new Random(1);
        var target = catalog.Targets.Add(new(1, "shop", "", "", "", "", EventTime.Min, 8, "Shop"));
        var threads = Enumerable.Range(0, Threads).Select(i => catalog.Threads.Intern(target, 1000 + i)).ToArray();
        var routes = Enumerable.Range(0, Routes).Select(i => catalog.Names.Intern($"GET /api/things{i}/{{id}}")).ToArray();
        var statements = Enumerable.Range(0, Statements).Select(i => catalog.Names.Intern($"select a, b, c{i} from table{i} where id = @p{i} order by a limit 10")).ToArray();
        var nodes = Enumerable.Range(0, 4000).Select(i =>
        {
            var node = catalog.CodeNodes.Intern(target, 0x7F0000000000UL + (ulong)random.Next(1 << 28));
            catalog.CodeNodes.Resolve(node, catalog.Methods.Intern(new(default, 0x6000000 + i, $"Shop.Module{i % 90}.Type{i % 400}", $"Method{i}", "instance void (string,int32)")), random.Next(2000));
            return node;
        }).ToArray();
        var stacks = Enumerable.Range(0, StacksCount).Select(_ => catalog.Stacks.Intern(Enumerable.Range(0, Depth).Select(d => nodes[d < 8 ? random.Next(nodes.Length) : d]).ToArray())).ToArray();
        var open = new ScopeEvent[Threads];
        var events = new ScopeEvent[Events];
        var task = 0L; // The runtime numbers tasks in their order.
        var time = 1_763_690_000_000_000_000L;
        for (var i = 0; i < Events; i++)
        {
            time += random.Next(20_000);
            var t = random.Next(Threads);
            ref var span = ref open[t];
            if (span.Span.IsNone)
            {
                span.Span = catalog.Spans.Intern(new(new UInt128((ulong)random.NextInt64(), (ulong)random.NextInt64()), (ulong)random.NextInt64(1, long.MaxValue)));
                span.Flow = catalog.Flows.Intern(catalog.Spans[span.Span].TraceOrActivity);
            }
            var e = new ScopeEvent { Time = new(time), Target = target, Thread = threads[t], Span = span.Span, Flow = span.Flow };
            switch (random.Next(10))
            {
                case 0: (e.Kind, e.Name, e.Value, e.Detail) = (EventKind.Request, routes[random.Next(Routes)], random.NextInt64(50_000_000), 200); span = default; break;
                case 1: (e.Kind, e.Name) = (EventKind.RequestStart, routes[random.Next(Routes)]); break;
                case 2: (e.Kind, e.Name) = (EventKind.SqlStart, statements[random.Next(Statements)]); break;
                case 3: (e.Kind, e.Name, e.Value) = (EventKind.Sql, statements[random.Next(Statements)], random.NextInt64(5_000_000)); break;
                case 4 or 5: (e.Kind, e.Value) = (EventKind.TaskScheduled, ++task); break;
                case 6: (e.Kind, e.Value) = (EventKind.TaskWait, task - random.Next(500)); break;
                default:
                    (e.Kind, e.Value, e.Stack, e.Flags) = (EventKind.CpuSample, 1_000_000, stacks[random.Next(StacksCount)], random.Next(3) == 0 ? EventFlags.OnCpu : 0);
                    if (catalog.Stacks.TryGet(e.Stack, out var top)) (e.CodeNode, e.Method) = (top.Frame, catalog.CodeNodes.MethodOf(top.Frame));
                    break;
            }
            events[i] = e;
        }
        return events;
    }
}
