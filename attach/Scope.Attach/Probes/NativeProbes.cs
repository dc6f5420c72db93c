// The native part inside a target, from our side: loaded with nothing switched on, found by the memory that it shares, asked
// for probes, read, and asked to take them out again. It works as long as we give signs of life: when we die, every method
// runs its old code again, and all that stays is the library, idle, until the target ends.
using System.Diagnostics;
using Scope.Attach.Hooks;
using Scope.Attach.Port;
using Scope.Attach.Processes;
using Scope.Events;
using Scope.Hooks.Wire;

namespace Scope.Attach.Probes;

/// <summary>Probes in a target. For one thread at a time.</summary>
public sealed class NativeProbes : IDisposable
{
    const int LookMillis = 5, AskAgainMillis = 1000;

    readonly HookRegion _region;
    readonly int _pid;
    readonly NativeMailbox _mailbox;
    readonly ProbeArea _area;

    NativeProbes(int pid, HookRegion region, NativeMailbox mailbox, ProbeArea area) => (_pid, _region, _mailbox, _area) = (pid, region, mailbox, area);

    /// <summary>The hits.</summary>
    public RegionReader Reader => _region.Reader;

    /// <summary>What it says it is doing.</summary>
    public NativeState State => _mailbox.State;

    /// <summary>Whether it can no longer leave: a method was rewritten at some time.</summary>
    public bool Stays => _mailbox.EventMask != 0;

    /// <summary>What it says of a probe.</summary>
    public ProbeStatus this[uint probe] => _area[probe];

    /// <summary>Loads it into a process, or takes over what another agent left there.</summary>
    /// <param name="port">The process's port.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="slotsPower">How many records the ring of each thread holds, as a power of two.</param>
    public static async Task<Attempt<NativeProbes>> AttachAsync(DiagnosticPort port, CancellationToken cancel = default, int slotsPower = 11)
    {
        if (HookRegion.Find(port.Pid, NativeMailbox.FileName) is { } there) return await TakeOverAsync(port.Pid, there, cancel);
        if (AddressRoom.Obstacle(port.Pid) is { } obstacle) return new AttachFailure(AttachReason.NotSupported, port.Pid, $"process {port.Pid} takes no probes: {obstacle}");
        if (!NativeLibrary.For(port.Pid).Try(out var library, out var failure)) return failure;
        using var placed = library;
        var nonce = (ulong)Random.Shared.NextInt64(1, long.MaxValue);
        if ((await port.AttachProfilerAsync(NativeMailbox.ProfilerId, library.Path, NativeAttach.Make(nonce, Limits.ProbeSilenceMillis, slotsPower: slotsPower), cancel)).Failure is { } refused)
            return OtherProfiler.Of(port.Pid) is { } other ? refused with { Message = $"{refused.Message}. The slot is taken by {other}; what is recorded without probes (EventPipe, and the collector with --inside) works beside it" } : refused;
        if (HookRegion.Find(port.Pid, NativeMailbox.FileName) is not { } found) return new AttachFailure(AttachReason.BadReply, port.Pid, $"the library was loaded into process {port.Pid} and shares no memory: look at its memory limit");
        return Open(port.Pid, found);
    }

    /// <summary>Opens what is there, beside the agent that uses it: to look at its probes or to take one out.</summary>
    public static Attempt<NativeProbes>? Beside(int pid) => HookRegion.Find(pid, NativeMailbox.FileName, isShared: true) is { } found ? Open(pid, found) : default(Attempt<NativeProbes>?);

    static Attempt<NativeProbes> Open(int pid, Attempt<HookRegion> found)
    {
        if (!found.Try(out var region, out var failure)) return failure;
        unsafe
        {
            if (ProbeArea.Open(region.Start, region.Reader.Layout, region.Bytes, out var why) is { } area) return new NativeProbes(pid, region, new(region.Start), area);
            region.Dispose();
            return new AttachFailure(AttachReason.NotSupported, pid, why);
        }
    }

    static async Task<Attempt<NativeProbes>> TakeOverAsync(int pid, Attempt<HookRegion> found, CancellationToken cancel)
    {
        if (!Open(pid, found).Try(out var probes, out var failure)) return failure;
        if (await probes.AskAsync(NativeCommand.TakeOver, (ulong)Random.Shared.NextInt64(1, long.MaxValue), cancel) is not { } refused) return probes;
        probes.Dispose();
        return refused;
    }

    /// <summary>Gives a sign of life; to be repeated several times a second.</summary>
    public void Beat() => _mailbox.Beat();

    /// <summary>Asks for probes and waits until each has a state of its own; gives why none could be asked for.</summary>
    public async Task<AttachFailure?> ArmAsync(IReadOnlyList<ProbeOrder> orders, CancellationToken cancel = default)
    {
        if (ProbePlan.Write(orders) is not { } plan) return new(AttachReason.BadRequest, _pid, $"{orders.Count} probes with what they look at are more than one plan holds: narrow the pattern");
        return await AnswerAsync(_area.Arm(plan, orders), cancel);
    }

    /// <summary>Opens or closes a probe at once; a closed one costs its method some nanoseconds and tells nothing.</summary>
    public void SetGate(uint probe, bool open) => _area.SetGate(probe, open);

    /// <summary>Asks the old code of a probe back.</summary>
    public Task<AttachFailure?> DisarmAsync(uint probe, CancellationToken cancel = default)
    {
        _area.SetGate(probe, open: false);
        return AskAsync(NativeCommand.Disarm, probe, cancel);
    }

    /// <summary>Asks all old code back.</summary>
    public Task<AttachFailure?> DisarmAllAsync(CancellationToken cancel = default) => AskAsync(NativeCommand.DisarmAll, 0, cancel);

    /// <summary>Takes probes out beside the agent that uses them: it may ask for something itself at the same moment, and one of the two is not heard, so what counts is how the probes stand.</summary>
    /// <param name="probes">Which; those that are out already do no harm.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<AttachFailure?> RemoveAsync(IReadOnlyList<uint> probes, CancellationToken cancel = default)
    {
        foreach (var probe in probes) _area.SetGate(probe, open: false);
        for (var watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < Limits.ProbeAnswerMillis && !cancel.IsCancellationRequested;)
        {
            if (probes.FirstOrDefault(IsIn) is not (> 0 and var probe)) return null;
            _mailbox.Ask(NativeCommand.Disarm, probe);
            for (var asked = watch.ElapsedMilliseconds; IsIn(probe) && watch.ElapsedMilliseconds < asked + AskAgainMillis;) await Task.Delay(LookMillis, CancellationToken.None);
        }
        return new(AttachReason.TimedOut, _pid, $"the library in process {_pid} does not answer: the process may have ended or be stopped");
    }

    /// <summary>Which probe is in which method, of those that were asked for last.</summary>
    public IReadOnlyList<(uint Probe, Guid Module, uint Method, uint IlOffset)> Planned => _area.Planned;

    /// <summary>The probes that are in, or wait to be.</summary>
    public IEnumerable<ProbeStatus> All => Enumerable.Range(0, HookLimits.MaxProbes).Select(slot => _area[(uint)slot]).Where(s => (ProbeState)s.State != ProbeState.None);

    bool IsIn(uint probe) => _area[probe] is var status && status.Probe == probe && (ProbeState)status.State is ProbeState.Pending or ProbeState.Armed;

    /// <summary>Lets the library leave, where no method was ever rewritten.</summary>
    public async Task DetachAsync()
    {
        if (!Stays) await AskAsync(NativeCommand.Detach, 0, CancellationToken.None);
    }

    Task<AttachFailure?> AskAsync(NativeCommand command, ulong argument, CancellationToken cancel) => AnswerAsync(_mailbox.Ask(command, argument), cancel);

    async Task<AttachFailure?> AnswerAsync(uint number, CancellationToken cancel)
    {
        for (var watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < Limits.ProbeAnswerMillis; await Task.Delay(LookMillis, CancellationToken.None))
        {
            Beat();
            if (_mailbox.ResultOf(number) is { } result) return result == 0 ? null : new(AttachReason.Refused, _pid, NativeRefusal.Explain(result));
            if (cancel.IsCancellationRequested || !Directory.Exists($"/proc/{_pid}")) break;
        }
        return new(AttachReason.TimedOut, _pid, $"the library in process {_pid} does not answer: the process may have ended or be stopped");
    }

    /// <inheritdoc/>
    public void Dispose() => _region.Dispose();
}
