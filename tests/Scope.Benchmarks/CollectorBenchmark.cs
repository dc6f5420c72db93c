// What the collector inside a service costs it: CPU time and allocation a request, on the mix of small requests under a fixed
// number of clients, beside a listener that does nothing, the ways that EventPipe has, and what dotnet-trace asks for, all on one
// process in turn. Each comes and goes as it does in use, so what is measured as "nothing" is what is left after all of them.
// The same service, which nothing was ever loaded into, serves as many beside it all the time: what a request costs on a machine
// that others use too changes by half within seconds, for both alike, so each window is held against the other's same window.
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
    const int Clients = 8, MostRequests = 10_000_000;
    const int Turns = 30, PeerTurns = 10;
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
        await using var target = await StartAsync();
        await using var load = Load.Start(target, Mix, MostRequests, concurrency: Clients);
        await using var untouched = await StartAsync();
        await using var itsLoad = Load.Start(untouched, Mix, MostRequests, concurrency: Clients);
        await Task.Delay(TimeSpan.FromSeconds(WarmUpSeconds));
        var both = new Pair(target, untouched);
        var before = await InTurnAsync(Turns, both.WindowAsync);
        var inside = await InTurnAsync(Turns,
            both.WindowAsync, () => InsideAsync(target, ListenOnly, both.WindowAsync), () => InsideAsync(target, Spans, both.WindowAsync),
            () => InsideAsync(target, Spans | HookFeatures.ThreadSpans, both.WindowAsync));
        var peers = await InTurnAsync(PeerTurns, both.WindowAsync, () => UnderAsync(target, both, Bridge), () => UnderAsync(target, both, Hosting, Flow), () => UnderAsync(target, both, Trace));
        load.Pause();
        itsLoad.Pause();
        await Task.Delay(SettleMillis);
        var left = await BytesAsync(target) / await BytesAsync(untouched);
        var own = await InsideAsync(target, Spans, () => BytesAsync(target)) - await InsideAsync(target, ListenOnly, () => BytesAsync(target));
        load.Resume();
        itsLoad.Resume();
        return [.. Report(before[0], inside, own, left), .. Report(Ratio(inside[2], inside[0]), peers)];
    }

    // As many threads as processors: how many the pool tries out at the moment changes the cost of a request more than we do.
    static Task<TargetProcess> StartAsync() =>
        TargetProcess.StartAsync(Checkout.Program("tests/Targets/Scope.Targets.Shop"), ["--no-db"], new Dictionary<string, string?> { ["DOTNET_HillClimbing_Disable"] = "1" });

    static async Task<Window[][]> InTurnAsync(int turns, params Func<Task<Window>>[] contestants)
    {
        var windows = contestants.Select(_ => new Window[turns]).ToArray();
        for (var turn = -1; turn < turns; turn++) // Before the first, what they need is compiled in the target.
            for (var i = 0; i < contestants.Length; i++)
            {
                var window = await contestants[i]();
                if (turn >= 0) windows[i][turn] = window;
            }
        return windows;
    }

    static IEnumerable<BenchmarkRow> Report(Window[] before, Window[][] windows, double ownBytes, double leftBytes)
    {
        var (nothing, listener, spans, mirror) = (windows[0], windows[1], windows[2], windows[3]);
        var micros = Median(windows.SelectMany(w => w).Select(w => w.OtherMicros));
        var above = (Ratio(spans) - Ratio(listener)) * micros;
        yield return BenchmarkRow.Alone($"collector, all spans with tags, route and status: CPU a request above an empty ActivityListener (nothing: {micros:0.0} µs)", $"≤ {MostMicros} µs", above, "µs", above <= MostMicros);
        yield return BenchmarkRow.Alone("the same, allocation of its own a request", "0 B", ownBytes, "B", Math.Abs(ownBytes) < OwnBytesNoise);
        yield return BenchmarkRow.Alone("an empty ActivityListener, CPU a request", "", Ratio(listener, nothing), "×", null);
        var mirrored = (Ratio(mirror) - Ratio(listener)) * micros;
        yield return BenchmarkRow.Alone("collector with the span of each thread: CPU a request above an empty listener", $"≤ {MostMicrosWithMirror} µs", mirrored, "µs", mirrored <= MostMicrosWithMirror);
        // Two processes of one program differ by some percent all their lives: what they did before is what is held against.
        var left = Ratio(nothing, before);
        yield return BenchmarkRow.Alone("after stop, CPU a request against before it was loaded, both beside a service never loaded into", $"± {MostLeft * 100:0} %", left, "×", Math.Abs(left - 1) <= MostLeft);
        yield return BenchmarkRow.Alone("after stop, allocation a request against a service never loaded into", $"± {MostLeft * 100:0} %", leftBytes, "×", Math.Abs(leftBytes - 1) <= MostLeft);
    }

    static IEnumerable<BenchmarkRow> Report(double collector, Window[][] windows)
    {
        var (nothing, bridge, hosting, trace) = (windows[0], windows[1], windows[2], windows[3]);
        yield return Beside("DiagnosticSource bridge", bridge, $"≤ × {MostRatio:0.00}", collector <= MostRatio);
        yield return Beside("Hosting + TPL 0x80", hosting, "", null);
        yield return Beside("dotnet-trace's default providers", trace, "", null);

        BenchmarkRow Beside(string peer, Window[] its, string must, bool? reached) =>
            new("collector, all spans with tags, route and status: CPU a request in all", must, collector, "×", peer, Ratio(its, nothing), Ratio(its, nothing) / collector, reached);
    }

    static double Median(IEnumerable<double> values) => Rounds.Quantile([.. values], 0.5);

    static double Ratio(Window[] of) => Median(of.Select(w => w.Micros / w.OtherMicros));

    static double Ratio(Window[] of, Window[] to) => Ratio(of) / Ratio(to);

    // As a recording has it, with the reader at work.
    static async Task<T> InsideAsync<T>(TargetProcess target, HookFeatures wanted, Func<Task<T>> measureAsync)
    {
        var catalog = new Catalog();
        var id = catalog.Targets.Add(new(target.Id, "shop", "", "", "", "", EventTime.Min, 0, "Scope.Targets.Shop"));
        var ledger = new Ledger();
        var attempt = await CollectorSource.StartAsync(DiagnosticPort.Of(target.Id), CollectorAssembly.Read(), wanted, catalog, ledger, new TargetSymbols(id, catalog), new EventRing(), note => throw new InvalidOperationException(note));
        await using (attempt.Value)
            return await measureAsync();
    }

    static async Task<Window> UnderAsync(TargetProcess target, Pair both, params EventPipeProvider[] providers)
    {
        using var session = new DiagnosticsClient(target.Id).StartEventPipeSession(providers, requestRundown: false, circularBufferMB: 256);
        var drained = session.EventStream.CopyToAsync(Stream.Null);
        var window = await both.WindowAsync();
        session.Stop();
        await drained;
        return window;
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

    /// <summary>CPU microseconds a request of a service, and of the untouched one in the same seconds.</summary>
    readonly record struct Window(double Micros, double OtherMicros);

    sealed class Pair(TargetProcess target, TargetProcess untouched)
    {
        /// <summary>Over one window, after a while to settle.</summary>
        public async Task<Window> WindowAsync()
        {
            await Task.Delay(SettleMillis);
            var (before, othersBefore) = (await SpentAsync(target), await SpentAsync(untouched));
            await Task.Delay(WindowMillis);
            return new(MicrosOf(before, await SpentAsync(target)), MicrosOf(othersBefore, await SpentAsync(untouched)));
        }

        static double MicrosOf((long Requests, long CpuNanos) before, (long Requests, long CpuNanos) after) => (after.CpuNanos - before.CpuNanos) / 1e3 / (after.Requests - before.Requests);

        static async Task<(long Requests, long CpuNanos)> SpentAsync(TargetProcess of) => (await NumberAsync(of, "/served/count"), RecordedTarget.UsageOf(of.Id).CpuNanos);
    }
}
