// What the collector inside a service costs it: CPU time and allocation a request, on the mix of small requests under a fixed
// number of clients, beside a listener that does nothing, the ways that EventPipe has, and what dotnet-trace asks for, all on one
// process in turn. Each comes and goes as it does in use, so what is measured as "nothing" is what is left after all of them.
using System.Diagnostics.Tracing;
using System.Globalization;
using Microsoft.Diagnostics.NETCore.Client;
using Scope.Agent;
using Scope.Attach.Hooks;
using Scope.Attach.Port;
using Scope.Attach.Profiles;
using Scope.Attach.Symbols;
using Scope.Events;
using Scope.Hooks.Wire;
using Scope.Pipeline.Ring;
using Scope.Testing;

namespace Scope.Benchmarks;

static class CollectorBenchmark
{
    const string Mix = "products,price,reserve,cart";
    const int Clients = 16, MostRequests = 10_000_000;
    const int Turns = 15, NeverTurns = 15;
    const int WarmUpSeconds = 12;
    const int SettleMillis = 400, WindowMillis = 1_500;
    const double MostMicros = 2, MostMicrosWithMirror = 3.5, MostRatio = 1.05, MostLeft = 0.01;
    const HookFeatures Spans = HookFeatures.SpanStarts | HookFeatures.SpanStops | HookFeatures.Tags | HookFeatures.Requests;
    const HookFeatures ListenOnly = HookFeatures.Tags; // Nobody is told of starts and stops: a listener, and the activities that it brings about.

    static readonly EventPipeProvider Bridge = new(ActivitySpec.Provider, EventLevel.Informational, (long)ActivitySpec.Keywords, Arguments(ActivitySpec.Arguments));
    static readonly EventPipeProvider Hosting = new("Microsoft.AspNetCore.Hosting", EventLevel.Informational, -1);
    static readonly EventPipeProvider Flow = new("System.Threading.Tasks.TplEventSource", EventLevel.Informational, 0x80);
    static readonly EventPipeProvider[] Trace =
    [
        new("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, 0x100003801D),
        new("Microsoft-DotNETCore-SampleProfiler", EventLevel.Informational),
    ];

    /// <summary>What a request costs the service.</summary>
    readonly record struct Cost(double Micros, double Bytes);

    public static IEnumerable<BenchmarkRow> Rows() => MeasureAsync().GetAwaiter().GetResult();

    static async Task<IEnumerable<BenchmarkRow>> MeasureAsync()
    {
        await using var target = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(target, Mix, MostRequests, concurrency: Clients);
        await Task.Delay(TimeSpan.FromSeconds(WarmUpSeconds));
        var never = new List<Cost>();
        for (var i = 0; i < NeverTurns; i++) never.Add(await CostAsync(target));
        Func<Task<Cost>>[] contestants =
        [
            () => CostAsync(target), () => InsideAsync(target, ListenOnly), () => InsideAsync(target, Spans), () => InsideAsync(target, Spans | HookFeatures.ThreadSpans),
            () => UnderAsync(target, Hosting, Flow), () => UnderAsync(target, Bridge), () => UnderAsync(target, Trace),
        ];
        foreach (var contestant in contestants) await contestant(); // What they need is compiled in the target once.
        var costs = contestants.Select(_ => new Cost[Turns]).ToArray();
        for (var turn = 0; turn < Turns; turn++)
            for (var i = 0; i < contestants.Length; i++) costs[i][turn] = await contestants[i]();
        return Report(never, costs);
    }

    static IEnumerable<BenchmarkRow> Report(List<Cost> never, Cost[][] costs)
    {
        var (nothing, listener, spans, mirror) = (costs[0], costs[1], costs[2], costs[3]);
        var alone = Median(nothing.Select(c => c.Micros));
        var above = Difference(spans, listener, c => c.Micros);
        yield return BenchmarkRow.Alone($"collector, all spans with tags, route and status: CPU a request above an empty ActivityListener (nothing: {alone:0.0} µs)", $"≤ {MostMicros} µs", above, "µs", above <= MostMicros);
        var bytes = Difference(spans, listener, c => c.Bytes);
        yield return BenchmarkRow.Alone("the same, allocation of its own a request", "0 B", bytes, "B", Math.Abs(bytes) < 8);
        var (all, bridge) = (Ratio(spans, nothing), Ratio(costs[5], nothing));
        yield return new("the same in all, CPU a request", $"≤ × {MostRatio:0.00}", all, "×", "DiagnosticSource bridge", bridge, bridge / all, all <= MostRatio);
        yield return new("the same", "", all, "×", "Hosting + TPL 0x80", Ratio(costs[4], nothing), Ratio(costs[4], nothing) / all, null);
        yield return new("the same", "", all, "×", "dotnet-trace's default providers", Ratio(costs[6], nothing), Ratio(costs[6], nothing) / all, null);
        yield return BenchmarkRow.Alone("an empty ActivityListener, CPU a request", "", Ratio(listener, nothing), "×", null);
        var mirrored = Difference(mirror, listener, c => c.Micros);
        yield return BenchmarkRow.Alone("collector with the span of each thread: CPU a request above an empty listener", $"≤ {MostMicrosWithMirror} µs", mirrored, "µs", mirrored <= MostMicrosWithMirror);
        var left = alone / Median(never.Select(c => c.Micros));
        yield return BenchmarkRow.Alone("after stop, CPU a request against never loaded", $"± {MostLeft * 100:0} %", left, "×", Math.Abs(left - 1) <= MostLeft);
        var leftBytes = Median(nothing.Select(c => c.Bytes)) / Median(never.Select(c => c.Bytes));
        yield return BenchmarkRow.Alone("after stop, allocation a request against never loaded", $"± {MostLeft * 100:0} %", leftBytes, "×", Math.Abs(leftBytes - 1) <= MostLeft);
    }

    static double Median(IEnumerable<double> values) => Rounds.Quantile([.. values], 0.5);

    static double Difference(Cost[] of, Cost[] to, Func<Cost, double> what) => Median(of.Zip(to, (a, b) => what(a) - what(b)));

    static double Ratio(Cost[] of, Cost[] to) => Median(of.Zip(to, (a, b) => a.Micros / b.Micros));

    // As a recording has it, with the reader at work.
    static async Task<Cost> InsideAsync(TargetProcess target, HookFeatures wanted)
    {
        var catalog = new Catalog();
        var id = catalog.Targets.Add(new(target.Id, "shop", "", "", "", "", EventTime.Min, 0, "Scope.Targets.Shop"));
        var ledger = new Ledger();
        var attempt = await CollectorSource.StartAsync(DiagnosticPort.Of(target.Id), CollectorAssembly.Read(), wanted, catalog, ledger, new TargetSymbols(id, catalog), new EventRing(), note => throw new InvalidOperationException(note));
        await using (attempt.Value)
            return await CostAsync(target);
    }

    static async Task<Cost> UnderAsync(TargetProcess target, params EventPipeProvider[] providers)
    {
        using var session = new DiagnosticsClient(target.Id).StartEventPipeSession(providers, requestRundown: false, circularBufferMB: 256);
        var drained = session.EventStream.CopyToAsync(Stream.Null);
        var cost = await CostAsync(target);
        session.Stop();
        await drained;
        return cost;
    }

    /// <summary>What a request costs, over one window, after a while to settle.</summary>
    static async Task<Cost> CostAsync(TargetProcess target)
    {
        await Task.Delay(SettleMillis);
        var (requests, bytes, cpu) = (await NumberAsync(target, "/served/count"), await NumberAsync(target, "/allocated"), RecordedTarget.UsageOf(target.Id).CpuNanos);
        await Task.Delay(WindowMillis);
        var (requestsAfter, bytesAfter, cpuAfter) = (await NumberAsync(target, "/served/count"), await NumberAsync(target, "/allocated"), RecordedTarget.UsageOf(target.Id).CpuNanos);
        double served = requestsAfter - requests;
        return new((cpuAfter - cpu) / 1e3 / served, (bytesAfter - bytes) / served);
    }

    static async Task<long> NumberAsync(TargetProcess target, string path) => long.Parse(await target.Client.GetStringAsync(path), CultureInfo.InvariantCulture);

    static Dictionary<string, string> Arguments(string text) => text.IndexOf('=') is var equals ? new() { [text[..equals]] = text[(equals + 1)..].Trim('"') } : [];
}
