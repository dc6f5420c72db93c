// What a probe costs a method, and what arming costs a service: the target times itself, with the probe, with its gate closed,
// after it, and beside a twin and a process that never had one, all in turn. The least of many short runs counts: on a shared machine
// everything else is somebody else's time.
using System.Globalization;
using Scope.Attach.Port;
using Scope.Attach.Probes;
using Scope.Hooks.Wire;
using Scope.Testing;

namespace Scope.Benchmarks;

static class ProbeBenchmark
{
    const int Turns = 5, Runs = 20;
    const int SlotsPower = 16; // Some runs fit: the time of writing is measured, and not that of dropping.
    const double MostNanos = 25, MostClockShare = 0.6, MostWithValues = 35, MostClosed = 6, MostLeft = 0.03, MostLine = 150;

    public static IEnumerable<BenchmarkRow> Rows()
    {
        if (NativeLibrary.Find() is null) throw new InvalidOperationException("the library of probes is not built: run scripts/build-native");
        return [.. CallsAsync().GetAwaiter().GetResult(), .. ArmingBenchmark.RowsAsync().GetAwaiter().GetResult()];
    }

    static async Task<IEnumerable<BenchmarkRow>> CallsAsync()
    {
        await using var never = await TimedTarget.StartAsync();
        await using var target = await TimedTarget.StartAsync();
        Capture Argument(int index) => new(CaptureRoot.Argument, index, CaptureMoment.Enter, CaptureRead.Int32, []);
        Capture Local(int index, CaptureRead read, int room = 0) => new(CaptureRoot.Local, index, CaptureMoment.Line, read, [], room);
        var before = new double[Turns];
        const ProbeFlags Ends = ProbeFlags.Leave | ProbeFlags.Exception;
        var timing = target.Order("Plain", "Add", Ends);
        var values = target.Order("Plain", "Add", Ends | ProbeFlags.Enter) with { Captures = [Argument(0), Argument(1), new(CaptureRoot.Return, 0, CaptureMoment.Leave, CaptureRead.Int32, [])] };
        var line = target.Order("Desk", "Place", ProbeFlags.Line) with { IlOffset = target.Methods.Line("Desk", "Place", "_last = label"), Captures = [Local(0, CaptureRead.Int64), Local(1, CaptureRead.Text, 64), Local(3, CaptureRead.Int32)] };
        Func<Task<double>>[] contestants =
        [
            () => target.TimeAsync("clock"), () => target.TimeAsync("add", timing), () => target.TimeAsync("add", values), () => target.TimeAsync("add", timing, closed: true),
            () => never.TimeAsync("place"), () => target.TimeAsync("place", line), () => target.TimeAsync("twins"),
        ];
        for (var turn = -1; turn < Turns; turn++) // Before the first, what is measured is compiled.
            if (await target.TimeAsync("twins") is var unprobed && turn >= 0) before[turn] = unprobed;
        foreach (var contestant in contestants) await contestant();
        var nanos = contestants.Select(_ => new double[Turns]).ToArray();
        for (var turn = 0; turn < Turns; turn++)
            for (var i = 0; i < contestants.Length; i++) nanos[i][turn] = await contestants[i]();
        return Report([.. nanos.Select(n => Rounds.Quantile(n, 0.5))], Rounds.Quantile(nanos[6], 0.5) / Rounds.Quantile(before, 0.5));
    }

    static IEnumerable<BenchmarkRow> Report(double[] nanos, double left)
    {
        var (clock, timing, values, closed, place, line) = (nanos[0], nanos[1], nanos[2], nanos[3], nanos[4], nanos[5]);
        yield return new("a call with a probe that times it", $"≤ {MostNanos} ns, ≤ {MostClockShare} × the peer", timing, "ns", "two Stopwatch.GetTimestamp()", clock, clock / timing, timing <= MostNanos && timing <= MostClockShare * clock);
        yield return BenchmarkRow.Alone("the same with two arguments and the return value", $"≤ {MostWithValues} ns", values, "ns", values <= MostWithValues);
        yield return BenchmarkRow.Alone("the same with its gate closed", $"≤ {MostClosed} ns", closed, "ns", closed <= MostClosed);
        yield return BenchmarkRow.Alone("a call after the probe was taken out, against the same before it, both beside a twin that never had one", $"± {MostLeft * 100:0} %", left, "×", Math.Abs(left - 1) <= MostLeft);
        yield return BenchmarkRow.Alone("what a line probe with three locals adds, one of them a text", $"≤ {MostLine} ns", line - place, "ns", line - place <= MostLine);
    }

    /// <summary>A target that times its own calls, and the native part in it.</summary>
    sealed class TimedTarget : IAsyncDisposable
    {
        readonly ShapesTarget _target;
        NativeProbes? _probes;
        uint _next = 1;

        TimedTarget(ShapesTarget target) => _target = target;

        public MethodTokens Methods => _target.Methods;

        public static async Task<TimedTarget> StartAsync() => new(await ShapesTarget.StartAsync());

        public ProbeOrder Order(string type, string method, ProbeFlags flags) => new(0, Methods.Module, Methods[type, method], flags);

        /// <summary>Nanoseconds a call.</summary>
        public async Task<double> TimeAsync(string what, ProbeOrder? order = null, bool closed = false)
        {
            if (order is null) return await AskAsync(what);
            _probes ??= (await NativeProbes.AttachAsync(DiagnosticPort.Of(_target.Process.Id), slotsPower: SlotsPower)).Value;
            order = order with { Probe = _next++ };
            if (await _probes.ArmAsync([order]) is { } refused) throw new InvalidOperationException(refused.Message);
            await AskAsync(what);
            if (closed) _probes.SetGate(order.Probe, open: false);
            var nanos = await AskAsync(what);
            var status = _probes[order.Probe];
            if (status.State != (uint)ProbeState.Armed || status.Dropped > status.Hits / 20) throw new InvalidOperationException($"what was measured is no probe that tells its hits: {(ProbeState)status.State}, {status.Hits} hits, {status.Dropped} records dropped");
            await _probes.DisarmAllAsync();
            return nanos;
        }

        async Task<double> AskAsync(string what) => double.Parse(await _target.AskAsync($"time {what} {Runs}", () =>
        {
            _probes?.Beat();
            _probes?.Reader.Drain((int _, in HookRecord _, ReadOnlySpan<byte> _) => { });
        }), CultureInfo.InvariantCulture);

        public ValueTask DisposeAsync()
        {
            _probes?.Dispose();
            return _target.DisposeAsync();
        }
    }
}
