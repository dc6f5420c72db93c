// Segments: how fast events become compressed frames on one core, how many bytes each takes, and how fast they come back.
// The events are those of a busy service: requests with SQL below them on many threads, interleaved, random durations,
// samples of random stacks.
using System.Diagnostics;
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Benchmarks;

static class SegmentBenchmark
{
    const int Events = 1 << 20;
    const int Threads = 48, Routes = 40, Statements = 120, StacksCount = 3000, Depth = 25;

    public static IEnumerable<BenchmarkRow> Rows()
    {
        var catalog = new Catalog();
        var events = Workload(catalog);
        var encoder = new SegmentEncoder(catalog);
        var frames = Encode(encoder, events);
        var bytes = (double)frames.Length / Events;
        var medians = Rounds.Medians(5, () => Rate(() => Encode(encoder, events)), () => Rate(() => Decode(frames)));
        yield return BenchmarkRow.Alone("segment write, one core, Brotli", "≥ 4 M events/s", medians[0], "M events/s", medians[0] >= 4);
        yield return BenchmarkRow.Alone("segment size", "≤ 12 B an event", bytes, "B an event", bytes <= 12);
        yield return BenchmarkRow.Alone("segment read, one core", "", medians[1], "M events/s", null);
    }

    static double Rate(Action run)
    {
        var watch = Stopwatch.StartNew();
        run();
        return Events / watch.Elapsed.TotalSeconds / 1e6;
    }

    static byte[] Encode(SegmentEncoder encoder, ScopeEvent[] events)
    {
        encoder.Begin(1);
        for (var i = 0; i < events.Length; i += Limits.SegmentFrameEvents) encoder.Add(events.AsSpan(i, Limits.SegmentFrameEvents), new(i));
        encoder.Seal();
        return encoder.Pending.ToArray();
    }

    static void Decode(byte[] file)
    {
        var decoder = new SegmentDecoder(new(), new());
        var rest = file.AsSpan(SegmentHeader.SizeBytes);
        var content = new byte[Limits.SegmentFrameBytes];
        var seen = 0;
        while (!rest.IsEmpty)
        {
            FrameHeader.Read(rest, out var header);
            var part = content.AsSpan(0, header.ContentBytes);
            if (!Frame.TryExpand(header, rest.Slice(FrameHeader.SizeBytes, header.StoredBytes), part) || decoder.Read(header.Kind, part) is not null) throw new InvalidOperationException("a frame does not come back");
            if (header.Kind == FrameKind.Events) seen += decoder.Events.Length;
            rest = rest[(FrameHeader.SizeBytes + header.StoredBytes)..];
        }
        if (seen != Events) throw new InvalidOperationException("events went missing");
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
