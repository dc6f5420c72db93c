// The collector inside a target, from our side: loaded after every check that we know, found by the memory that it shares, and
// asked to begin; or the reason why not, while the target goes on as if nothing had been. It works as long as we give signs of
// life, so nothing need be undone when we die.
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Scope.Attach.Port;
using Scope.Hooks.Wire;

namespace Scope.Attach.Hooks;

/// <summary>A collector that listens in a target.</summary>
public sealed class Collector : IDisposable
{
    const int HandshakeMillis = 1000, LookMillis = 5, LockMillis = 2000, EndMillis = 1000;

    readonly HookRegion _region;

    Collector(HookRegion region, HookFeatures wanted) => (_region, Wanted) = (region, wanted);

    /// <summary>What it is asked for.</summary>
    public HookFeatures Wanted { get; }

    /// <summary>What it writes.</summary>
    public RegionReader Reader => _region.Reader;

    /// <summary>The names in its records.</summary>
    public NameReader Names => _region.Names;

    /// <summary>Whether it still does what it was asked for.</summary>
    public bool IsActive => Reader.State == HookState.Active;

    /// <summary>Loads it into a process, or wakes the one that is there, and waits until it does what is wanted.</summary>
    /// <param name="port">The process.</param>
    /// <param name="assembly">The collector's assembly as it was built.</param>
    /// <param name="wanted">What it is to tell.</param>
    /// <param name="cancel">Gives up; what was loaded by then turns itself off.</param>
    public static async Task<Attempt<Collector>> LoadAsync(DiagnosticPort port, byte[] assembly, HookFeatures wanted, CancellationToken cancel = default)
    {
        if (!(await port.InfoAsync(cancel)).Try(out var info, out var failure)) return failure;
        if (CollectorFile.Named(assembly) is not { } named) return No(port.Pid, "our own copy of the collector is damaged: install Scope again");
        if (CollectorObstacle.Of(port.Pid, info, named.Name) is { } obstacle) return No(port.Pid, obstacle);
        if (info.EntryAssembly.Length == 0) return No(port.Pid, "it has not begun to run");
        // Between the look at what is loaded and the load nobody else may load; the lock goes with us.
        using var alone = await LockAsync(port.Pid, cancel);
        if (alone is null) return No(port.Pid, "another agent is loading a collector into it");
        // One that is there is locked before it is woken: it may be another agent's.
        var before = HookRegion.Find(port.Pid, HookRegionName.Value);
        HookRegion? region = null;
        if (before is { } known && !known.Try(out region, out failure)) return failure;
        if (!CollectorFile.Place(port.Pid, named).Try(out var file, out failure)) return Close(region, failure);
        var refused = (await port.ApplyStartupHookAsync(file.Path, CancellationToken.None)).Failure;
        // A target that has not answered may still come to it, and a file that is missing then would end it.
        if (refused is null or { Reason: AttachReason.Refused or AttachReason.NotSupported or AttachReason.BadRequest or AttachReason.Gone }) file.Remove();
        if (refused is not null) return Close(region, refused);
        return await ShakeHandsAsync(port.Pid, region, wanted, cancel);
    }

    /// <summary>Asks again for the same and gives a sign of life; to be repeated several times a second.</summary>
    public void Beat() => Reader.Ask(Wanted, Stopwatch.GetTimestamp());

    /// <summary>Asks it to stop and waits until nothing of it listens any more; false when it does not answer, in which case it falls silent by itself.</summary>
    public bool End()
    {
        Reader.Ask(HookFeatures.None, Stopwatch.GetTimestamp());
        return SpinWait.SpinUntil(() => Reader.State is HookState.Ended or HookState.AgentSilent or HookState.Failed, EndMillis);
    }

    /// <summary>Gives the rings' memory back, once it has ended and all is read.</summary>
    public void GiveBackMemory() => _region.GiveBackMemory();

    /// <inheritdoc/>
    public void Dispose() => _region.Dispose();

    // An application whose startup hooks were trimmed away answers that all is well and loads nothing.
    static async Task<Attempt<Collector>> ShakeHandsAsync(int pid, HookRegion? region, HookFeatures wanted, CancellationToken cancel)
    {
        AttachFailure? failure = null;
        for (var watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < HandshakeMillis && !cancel.IsCancellationRequested; await Task.Delay(LookMillis, CancellationToken.None))
        {
            if (region is null && HookRegion.Find(pid, HookRegionName.Value) is { } found) found.Try(out region, out failure);
            region?.Reader.Ask(wanted, Stopwatch.GetTimestamp());
            if (region is { Reader: { State: HookState.Active } reader } && reader.Active == wanted) return new Collector(region, wanted);
        }
        return Close(region, No(pid, failure?.Message ?? $"it was loaded and gave no answer within {HandshakeMillis} ms: its startup hooks may be trimmed away, or it has no memory to share"));
    }

    static AttachFailure Close(HookRegion? region, AttachFailure failure)
    {
        region?.Dispose();
        return failure;
    }

    static AttachFailure No(int pid, string why) => new(AttachReason.NotSupported, pid, why);

    // A file of the kernel's that is the target's alone and that nobody else has a reason to lock.
    static async Task<SafeFileHandle?> LockAsync(int pid, CancellationToken cancel)
    {
        for (var watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < LockMillis && !cancel.IsCancellationRequested; await Task.Delay(LookMillis, CancellationToken.None))
            try
            {
                return File.OpenHandle($"/proc/{pid}/ns/pid", FileMode.Open, FileAccess.Read, FileShare.None);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Held by another agent for the moment that a load takes.
            }
        return null;
    }
}
