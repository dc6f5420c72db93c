// Probes that are armed in a target: a thread of its own gives signs of life, reads the hits and makes calls of them, until
// enough were seen, somebody ends it, or the target does. Then every method gets its old code back, which is waited for and
// told. If we die instead, the native part does the same by itself.
using System.Diagnostics;
using Scope.Attach.Port;
using Scope.Attach.Probes;
using Scope.Events.Redaction;
using Scope.Hooks.Wire;

namespace Scope.Agent.Probes;

/// <summary>Armed probes and their hits.</summary>
sealed class ProbeSession : IAsyncDisposable
{
    const int LookMillis = 10, RevertMillis = 5000;
    const int OpenMillis = 10; // Within that a thread publishes what it took the time of, nearly always.

    static readonly long OpenTicks = Stopwatch.Frequency * OpenMillis / 1000;

    readonly NativeProbes _native;
    readonly ProbePreparation _prepared;
    readonly ProbeCalls _calls;
    readonly Action<ProbeCall> _onCall;
    readonly Action<long>? _onLook;
    readonly CancellationTokenSource _stop = new();
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Dictionary<uint, long> _counts = [];
    readonly Queue<uint> _full = [];
    readonly ValueFlow _flow = new();
    readonly HashSet<uint> _neverCalled = [];
    readonly Thread _thread;
    readonly int _pid;
    long _corrupt;

    ProbeSession(int pid, NativeProbes native, ProbePreparation prepared, Redactor redactor, Action<ProbeCall> onCall, Action<long>? onLook)
    {
        (_pid, _native, _prepared, _onCall, _onLook) = (pid, native, prepared, onCall, onLook);
        _calls = new(prepared.Probes.ToDictionary(p => p.Id), prepared.Types.NameOf, redactor, Take);
        _thread = new(Run) { IsBackground = true, Name = "scope probes" };
    }

    /// <summary>Loads the native part and arms the probes.</summary>
    /// <param name="port">The target.</param>
    /// <param name="prepared">The probes; the session's from then on.</param>
    /// <param name="redactor">Takes secrets out of values.</param>
    /// <param name="onCall">Receives each call, on the session's thread.</param>
    /// <param name="onLook">Is told after each look up to when hits were read, ticks of Stopwatch; the last time the greatest there is.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<Attempt<ProbeSession>> StartAsync(DiagnosticPort port, ProbePreparation prepared, Redactor redactor, Action<ProbeCall> onCall, Action<long>? onLook, CancellationToken cancel)
    {
        if (!(await NativeProbes.AttachAsync(port, cancel)).Try(out var native, out var failure)) return failure;
        if (await native.ArmAsync([.. prepared.Probes.Select(p => p.Order)], cancel) is { } refused)
        {
            await native.DetachAsync();
            native.Dispose();
            return refused;
        }
        var session = new ProbeSession(port.Pid, native, prepared, redactor, onCall, onLook);
        session._thread.Start();
        return session;
    }

    /// <summary>The probes.</summary>
    public IReadOnlyList<PlannedProbe> Probes => _prepared.Probes;

    /// <summary>Done when all probes have taken themselves out or been taken out, or the target has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What the target says of a probe.</summary>
    public ProbeStatus StatusOf(PlannedProbe probe) => _native[probe.Id];

    /// <summary>Whether the new code of a probe's method never ran: nobody called it, or only from frames that were there before.</summary>
    public bool WasPending(PlannedProbe probe) => _neverCalled.Contains(probe.Id);

    /// <summary>How many calls were made of the hits of a probe; of an async method one for all of its parts.</summary>
    public long CallsOf(PlannedProbe probe) => _counts.GetValueOrDefault(probe.Id);

    /// <summary>Calls whose end was not seen.</summary>
    public long Unended => _calls.Unended;

    /// <summary>Records that were lost because a ring was full or made no sense.</summary>
    public long Lost => _native.Reader.Dropped + _native.Reader.Corrupt + _native.Reader.DroppedWithoutRing + _corrupt;

    /// <summary>Whether the library stays in the target.</summary>
    public bool Stays => _native.Stays;

    /// <summary>Takes all probes out and waits until each method runs its old code; false when the target did not answer.</summary>
    public async Task<bool> StopAsync()
    {
        await _stop.CancelAsync();
        _thread.Join();
        return _reverted;
    }
    bool _reverted;

    void Run()
    {
        while (!_stop.Token.WaitHandle.WaitOne(LookMillis))
        {
            _native.Beat();
            Read(Stopwatch.GetTimestamp() - OpenTicks);
            while (_full.TryDequeue(out var full)) _native.DisarmAsync(full).GetAwaiter().GetResult();
            if (!Directory.Exists($"/proc/{_pid}") || _prepared.Probes.All(p => p.IsBelow || p.IsSource || HasEnded(_native[p.Id]))) _ended.TrySetResult();
        }
        foreach (var probe in _prepared.Probes.Where(p => (ProbeState)_native[p.Id].State == ProbeState.Pending)) _neverCalled.Add(probe.Id);
        _reverted = RevertAll();
        Read(long.MaxValue);
        _ended.TrySetResult();
    }

    bool RevertAll()
    {
        if (_native.DisarmAllAsync().GetAwaiter().GetResult() is not null) return false;
        for (var watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < RevertMillis; new ManualResetEventSlim().Wait(LookMillis))
        {
            _native.Beat();
            if (_prepared.Probes.All(p => (ProbeState)_native[p.Id].State is not (ProbeState.Pending or ProbeState.Armed))) return true;
        }
        return false;
    }

    static bool HasEnded(in ProbeStatus status) => (ProbeState)status.State is ProbeState.Tripped or ProbeState.Reverted or ProbeState.Refused;

    void Read(long untilTicks)
    {
        _native.Reader.Drain((int thread, in HookRecord record, ReadOnlySpan<byte> text) =>
        {
            if (ProbeHit.Read(thread, record, text) is { } hit) _calls.Add(hit);
            else if (record.Kind is >= HookKind.ProbeEnter and <= HookKind.ProbeLine) _corrupt++;
        }, untilTicks);
        _onLook?.Invoke(untilTicks);
    }

    void Take(ProbeCall call)
    {
        if (call.Probe.IsSource)
        {
            _flow.See(call);
            return;
        }
        if (call.Probe.Spec.FollowsValue && (call = call with { Origin = _flow.OriginOf(call) }).Origin is null) return;
        var count = _counts[call.Probe.Id] = _counts.GetValueOrDefault(call.Probe.Id) + 1;
        if (call.Probe.Spec.Hits > 0 && count > call.Probe.Spec.Hits) return;
        _onCall(call);
        if (count == call.Probe.Spec.Hits && call.Probe.IsCountedHere) _full.Enqueue(call.Probe.Id);
    }

    /// <summary>Takes all probes out, and lets the library go where it can.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_thread.IsAlive) await StopAsync();
        await _native.DetachAsync();
        _native.Dispose();
        _prepared.Dispose();
    }
}
