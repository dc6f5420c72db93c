// One target is attached to and let go again and again under load: nothing of it stays. Memory and latency of a .NET service are
// never the same twice, so a second one beside it, which nobody attaches to, has the same load, is collected at the same moments
// and asked in turn: what counts is by how much the first has gone away from the second.
using System.Diagnostics;
using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Scope.Benchmarks;
using Scope.Testing;

namespace Scope.Soak.Faults;

static class AttachCycles
{
    const int Few = 3, Many = 1000, Rate = 50, WarmUp = 100, Windows = 5, RequestsOfWindow = 60, Collections = 3;
    const long CollectHeap = 0x800000;
    const double MostPercent = 2, MostPercentOfFew = 40; // A few times on a busy machine show what doubles only.

    static readonly TimeSpan s_settles = TimeSpan.FromSeconds(15);

    /// <summary>A moment of both services.</summary>
    sealed record Look(Holding Attached, Holding Alone, double[] Ratios)
    {
        public double Ratio => Measures.Median(Ratios);

        public double Noise => (Ratios.Max() - Ratios.Min()) / 2 / Ratio;
    }

    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(FaultRun run)
    {
        await using var attached = await StartAsync();
        await using var alone = await StartAsync();
        await using var loadOfAttached = Load.Start(attached, "small", requests: 20_000_000, rate: Rate, concurrency: 2);
        await using var loadOfAlone = Load.Start(alone, "small", requests: 20_000_000, rate: Rate, concurrency: 2);
        foreach (var shop in (TargetProcess[])[attached, alone]) await MedianMillisAsync(shop, WarmUp);
        var never = await LookAsync(attached, alone);
        await CycleAsync(attached); // The first leaves the runtime's and the libraries' own event code compiled, and the flow of activity ids on, as the README says.
        var before = await LookAsync(attached, alone);
        var cycles = 0;
        for (; run.Goes(cycles, Few, Many); cycles++) await CycleAsync(attached);
        await Measures.SettleAsync(() => IsBack(Holding.Of(attached.Id), before.Attached), s_settles);
        var after = await LookAsync(attached, alone);
        var sent = await loadOfAttached.StopAsync();
        await loadOfAlone.StopAsync();
        return [Measures.Figure("times that it was attached to and let go", cycles), .. Rows(run.IsLong, never, before, after), Measures.Some("requests served meanwhile", sent.Ok), Measures.None("requests that failed", sent.Failed)];
    }

    // A heap that is collected often is the same size more often.
    static Task<TargetProcess> StartAsync() => TargetProcess.StartAsync(Checkout.Program("tests/Targets/Scope.Targets.Shop"), ["--no-db"], new Dictionary<string, string?> { ["DOTNET_GCgen0size"] = "400000" });

    static IEnumerable<BenchmarkRow> Rows(bool isLong, Look never, Look before, Look after)
    {
        static double Grown(Look from, Look to) => 100.0 * (to.Attached.ResidentBytes - from.Attached.ResidentBytes - (to.Alone.ResidentBytes - from.Alone.ResidentBytes)) / from.Attached.ResidentBytes;
        var (swing, swings) = (100.0 * Math.Abs(after.Alone.ResidentBytes - before.Alone.ResidentBytes) / before.Alone.ResidentBytes, 100 * Math.Max(before.Noise, after.Noise));
        const string slows = "latency above what it was, against the service beside it";
        var (most, slower) = (isLong ? MostPercent : MostPercentOfFew, 100 * (after.Ratio / before.Ratio - 1));
        return
        [
            Measures.Figure("memory that the first time took, against the service beside it", Grown(never, before), "%"),
            Measures.Figure("how much the memory of the other swings by itself", swing, "%"),
            Measures.AtMost("memory that all others took, against it", Grown(before, after), Math.Max(most, swing), "%"),
            Measures.AtMost("handles more than before", after.Attached.Handles - before.Attached.Handles, SpareHandles, ""),
            Measures.AtMost("threads more than before", after.Attached.Threads - before.Attached.Threads, SpareThreads, ""),
            Measures.Figure("how much the latency swings by itself", swings, "%"),
            // Beside other tests time says nothing.
            isLong ? Measures.AtMost(slows, slower, Math.Max(most, swings), "%") : Measures.Figure(slows, slower, "%"),
        ];
    }

    const int SpareHandles = 2, SpareThreads = 2; // Connections and workers of the pool come and go by themselves.

    static bool IsBack(Holding now, Holding before) => now.Handles <= before.Handles + SpareHandles && now.Threads <= before.Threads + SpareThreads;

    static async Task CycleAsync(TargetProcess shop)
    {
        using var folder = new TemporaryFolder("cycle");
        await using var recorder = await OwnRecorder.StartAsync(shop.Id, folder);
        await recorder.StopAsync();
    }

    static async Task<Look> LookAsync(TargetProcess attached, TargetProcess alone)
    {
        var ratios = new double[Windows];
        for (var i = 0; i < Windows; i++) ratios[i] = await MedianMillisAsync(attached, RequestsOfWindow) / await MedianMillisAsync(alone, RequestsOfWindow);
        return new(await HoldingAsync(attached.Id), await HoldingAsync(alone.Id), ratios);
    }

    // The least of several: what a collection gives back, the system takes when it likes.
    static async Task<Holding> HoldingAsync(int pid)
    {
        var least = Holding.Of(pid);
        for (var i = 0; i < Collections; i++)
        {
            await CollectAsync(pid);
            var now = Holding.Of(pid);
            least = now with { ResidentBytes = Math.Min(least.ResidentBytes, now.ResidentBytes) };
        }
        return least;
    }

    static async Task<double> MedianMillisAsync(TargetProcess shop, int requests)
    {
        var millis = new double[requests];
        for (var i = 0; i < requests; i++)
        {
            var from = Stopwatch.GetTimestamp();
            (await shop.Client.GetAsync("/price/7?quantity=3")).EnsureSuccessStatusCode();
            millis[i] = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        }
        return Measures.Median(millis);
    }

    // A session that asks for it makes the runtime collect its heap.
    static async Task CollectAsync(int pid)
    {
        using var session = new DiagnosticsClient(pid).StartEventPipeSession([new("Microsoft-Windows-DotNETRuntime", EventLevel.Informational, CollectHeap)], requestRundown: false);
        var draining = session.EventStream.CopyToAsync(Stream.Null);
        await Task.Delay(300);
        await session.StopAsync(CancellationToken.None);
        await draining.WaitAsync(Deadline.Usual);
    }
}
