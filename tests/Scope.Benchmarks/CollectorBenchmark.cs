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
    const int Turns = 15;
    const int WarmUpSeconds = 15;
    const int SettleMillis = 400, WindowMillis = 1_500;
    const int AllocatingRequests = 5_000;
    const double OwnBytesNoise = 2; // A thread's allocations are counted by the 8 KB.
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

    public static IEnumerable<BenchmarkRow> Rows() => MeasureAsync().GetAwaiter().GetResult();

    static async Task<IEnumerable<BenchmarkRow>> MeasureAsync()
    {
        await using var target = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var load = Load.Start(target, Mix, MostRequests, concurrency: Clients);
        // The same service, which nothing was ever loaded into; its load rests while the other's is on, and the other way round.
        await using var untouched = await TargetProcess.StartAsync("Shop", "--no-db");
        await using var itsLoad = Load.Start(untouched, Mix, MostRequests, concurrency: Clients);
        await Task.Delay(TimeSpan.FromSeconds(WarmUpSeconds));
        Func<Task<double>>[] contestants =
        [
            () => MicrosAsync(target), () => InsideAsync(target, ListenOnly, () => MicrosAsync(target)), () => InsideAsync(target, Spans, () => MicrosAsync(target)),
            () => InsideAsync(target, Spans | HookFeatures.ThreadSpans, () => MicrosAsync(target)),
            () => UnderAsync(target, Hosting, Flow), () => UnderAsync(target, Bridge), () => UnderAsync(target, Trace), () => MicrosAsync(untouched),
        ];
        var micros = contestants.Select(_ => new double[Turns]).ToArray();
        for (var turn = -1; turn < Turns; turn++) // Before the first, what they need is compiled in the target.
            for (var i = 0; i < contestants.Length; i++)
            {
                var (on, off) = i == contestants.Length - 1 ? (itsLoad, load) : (load, itsLoad);
                off.Pause();
                on.Resume();
                var measured = await contestants[i]();
                if (turn >= 0) micros[i][turn] = measured;
            }
        load.Pause();
        itsLoad.Pause();
        await Task.Delay(SettleMillis);
        var left = await BytesAsync(target) / await BytesAsync(untouched);
        var own = await InsideAsync(target, Spans, () => BytesAsync(target)) - await InsideAsync(target, ListenOnly, () => BytesAsync(target));
        load.Resume();
        itsLoad.Resume();
        return Report(micros, own, left);
    }

    static IEnumerable<BenchmarkRow> Report(double[][] micros, double ownBytes, double leftBytes)
    {
        var (nothing, listener, spans, mirror) = (micros[0], micros[1], micros[2], micros[3]);
        var alone = Median(nothing);
        var above = Median([.. spans.Zip(listener, (a, b) => a - b)]);
        yield return BenchmarkRow.Alone($"collector, all spans with tags, route and status: CPU a request above an empty ActivityListener (nothing: {alone:0.0} µs)", $"≤ {MostMicros} µs", above, "µs", above <= MostMicros);
        yield return BenchmarkRow.Alone("the same, allocation of its own a request", "0 B", ownBytes, "B", Math.Abs(ownBytes) < OwnBytesNoise);
        var (all, bridge) = (Ratio(spans, nothing), Ratio(micros[5], nothing));
        yield return new("the same in all, CPU a request", $"≤ × {MostRatio:0.00}", all, "×", "DiagnosticSource bridge", bridge, bridge / all, all <= MostRatio);
        yield return new("the same", "", all, "×", "Hosting + TPL 0x80", Ratio(micros[4], nothing), Ratio(micros[4], nothing) / all, null);
        yield return new("the same", "", all, "×", "dotnet-trace's default providers", Ratio(micros[6], nothing), Ratio(micros[6], nothing) / all, null);
        yield return BenchmarkRow.Alone("an empty ActivityListener, CPU a request", "", Ratio(listener, nothing), "×", null);
        var mirrored = Median([.. mirror.Zip(listener, (a, b) => a - b)]);
        yield return BenchmarkRow.Alone("collector with the span of each thread: CPU a request above an empty listener", $"≤ {MostMicrosWithMirror} µs", mirrored, "µs", mirrored <= MostMicrosWithMirror);
        var left = Ratio(nothing, micros[7]);
        yield return BenchmarkRow.Alone("after stop, CPU a request against a service never loaded into", $"± {MostLeft * 100:0} %", left, "×", Math.Abs(left - 1) <= MostLeft);
        yield return BenchmarkRow.Alone("after stop, allocation a request against a service never loaded into", $"± {MostLeft * 100:0} %", leftBytes, "×", Math.Abs(leftBytes - 1) <= MostLeft);
    }

    static double Median(double[] values) => Rounds.Quantile(values, 0.5);

    static double Ratio(double[] of, double[] to) => Median([.. of.Zip(to, (a, b) => a / b)]);

    // As a recording has it, with the reader at work.
    static async Task<double> InsideAsync(TargetProcess target, HookFeatures wanted, Func<Task<double>> measureAsync)
    {
        var catalog = new Catalog();
        var id = catalog.Targets.Add(new(target.Id, "shop", "", "", "", "", EventTime.Min, 0, "Scope.Targets.Shop"));
        var ledger = new Ledger();
        var attempt = await CollectorSource.StartAsync(DiagnosticPort.Of(target.Id), CollectorAssembly.Read(), wanted, catalog, ledger, new TargetSymbols(id, catalog), new EventRing(), note => throw new InvalidOperationException(note));
        await using (attempt.Value)
            return await measureAsync();
    }

    static async Task<double> UnderAsync(TargetProcess target, params EventPipeProvider[] providers)
    {
        using var session = new DiagnosticsClient(target.Id).StartEventPipeSession(providers, requestRundown: false, circularBufferMB: 256);
        var drained = session.EventStream.CopyToAsync(Stream.Null);
        var micros = await MicrosAsync(target);
        session.Stop();
        await drained;
        return micros;
    }

    /// <summary>CPU microseconds a request, over one window, after a while to settle.</summary>
    static async Task<double> MicrosAsync(TargetProcess target)
    {
        await Task.Delay(SettleMillis);
        var (requests, cpu) = (await NumberAsync(target, "/served/count"), RecordedTarget.UsageOf(target.Id).CpuNanos);
        await Task.Delay(WindowMillis);
        var (requestsAfter, cpuAfter) = (await NumberAsync(target, "/served/count"), RecordedTarget.UsageOf(target.Id).CpuNanos);
        return (cpuAfter - cpu) / 1e3 / (requestsAfter - requests);
    }

    // Of one request like the other, one after the other: a mix would be another in each window.
    static async Task<double> BytesAsync(TargetProcess target)
    {
        await target.Client.GetStringAsync("/price/5");
        var before = await NumberAsync(target, "/allocated");
        for (var i = 0; i < AllocatingRequests; i++) await target.Client.GetStringAsync("/price/5");
        return (double)(await NumberAsync(target, "/allocated") - before) / AllocatingRequests;
    }

    static async Task<long> NumberAsync(TargetProcess target, string path) => long.Parse(await target.Client.GetStringAsync(path), CultureInfo.InvariantCulture);

    static Dictionary<string, string> Arguments(string text) => text.IndexOf('=') is var equals ? new() { [text[..equals]] = text[(equals + 1)..].Trim('"') } : [];
}
