// Getting the collector into a target: every check that we know, the file, the runtime's command, and then its answer through
// the memory that it shares. A runtime that waits at its start takes the command at once and does it when it goes on, so call
// and answer are two steps.
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Scope.Attach.Port;
using Scope.Attach.Processes;
using Scope.Hooks.Wire;

namespace Scope.Attach.Hooks;

/// <summary>A target that was told to load the collector.</summary>
public sealed class CollectorCall : IDisposable
{
    const int HandshakeMillis = 1000, LookMillis = 5, LockMillis = 2000;

    readonly int _pid;
    readonly HookFeatures _wanted;
    readonly SafeFileHandle _alone;
    readonly CollectorFile _file;
    readonly Func<CancellationToken, Task<AttachFailure?>> _again;
    HookRegion? _region;
    bool _isLoaded;

    CollectorCall(int pid, HookFeatures wanted, SafeFileHandle alone, CollectorFile file, HookRegion? region, bool isLoaded, Func<CancellationToken, Task<AttachFailure?>> again) =>
        (_pid, _wanted, _alone, _file, _region, _isLoaded, _again) = (pid, wanted, alone, file, region, isLoaded, again);

    /// <summary>Has the collector loaded, or the one that is there woken; says why not where something speaks against it.</summary>
    /// <param name="port">The process.</param>
    /// <param name="assembly">The collector's assembly as it was built.</param>
    /// <param name="wanted">What it is to tell, from its first moment on.</param>
    /// <param name="cancel">Gives up before anything was done.</param>
    public static async Task<Attempt<CollectorCall>> MakeAsync(DiagnosticPort port, byte[] assembly, HookFeatures wanted, CancellationToken cancel = default)
    {
        if (!(await port.InfoAsync(cancel)).Try(out var info, out var failure)) return failure;
        if (CollectorFile.Named(assembly) is not { } named) return No(port.Pid, "our own copy of the collector is damaged: install Scope again");
        if (CollectorObstacle.Of(port.Pid, info, named.Name) is { } obstacle) return No(port.Pid, obstacle);
        // Between the look at what is loaded and the load nobody else may load; the lock goes with us.
        if (await LockAsync(port.Pid, cancel) is not { } alone) return No(port.Pid, "another agent is loading a collector into it");
        var attempt = await CallAsync(port, named, wanted, alone, hasBegun: info.EntryAssembly.Length > 0);
        if (!attempt.Succeeded) alone.Dispose();
        return attempt;
    }

    static async Task<Attempt<CollectorCall>> CallAsync(DiagnosticPort port, (byte[] Bytes, string Name) named, HookFeatures wanted, SafeFileHandle alone, bool hasBegun)
    {
        // One that is there is locked before it is woken: it may be another agent's.
        HookRegion? region = null;
        if (HookRegion.Find(port.Pid, HookRegionName.Value) is { } before && !before.Try(out region, out var failure)) return failure;
        if (!CollectorFile.Place(port.Pid, named, wanted).Try(out var file, out failure)) return Close(region, failure);
        if ((await port.ApplyStartupHookAsync(file.Path, CancellationToken.None)).Failure is not { } refused) return new CollectorCall(port.Pid, wanted, alone, file, region, isLoaded: hasBegun, cancel => AgainAsync(port, named, wanted, cancel));
        // A target that has not answered may still come to the file, and one that is missing then would end it.
        if (IsFinal(refused)) file.Remove();
        return Close(region, refused);
    }

    static bool IsFinal(AttachFailure refused) => refused.Reason is AttachReason.Refused or AttachReason.NotSupported or AttachReason.BadRequest or AttachReason.Gone;

    // One that fell silent because we did is woken as it was loaded; its memory is ours all the time.
    static async Task<AttachFailure?> AgainAsync(DiagnosticPort port, (byte[] Bytes, string Name) named, HookFeatures wanted, CancellationToken cancel)
    {
        using var alone = await LockAsync(port.Pid, cancel);
        if (alone is null) return No(port.Pid, "another agent is loading a collector into it");
        if (!CollectorFile.Place(port.Pid, named, wanted).Try(out var file, out var failure)) return failure;
        var refused = (await port.ApplyStartupHookAsync(file.Path, CancellationToken.None)).Failure;
        if (refused is null || IsFinal(refused)) file.Remove();
        return refused;
    }

    /// <summary>Waits until the collector answers that it does what is wanted. An application whose startup hooks were trimmed away has answered that all is well and loaded nothing.</summary>
    /// <param name="millis">How long; a program that has only just begun takes longer.</param>
    /// <param name="cancel">Gives up; what was loaded by then turns itself off.</param>
    public async Task<Attempt<Collector>> AnswerAsync(int millis = HandshakeMillis, CancellationToken cancel = default)
    {
        AttachFailure? failure = null;
        for (var watch = Stopwatch.StartNew(); watch.ElapsedMilliseconds < millis && !cancel.IsCancellationRequested && ProcFs.IsRunning(_pid); await Task.Delay(LookMillis, CancellationToken.None))
        {
            if (_region is null && HookRegion.Find(_pid, HookRegionName.Value) is { } found) found.Try(out _region, out failure);
            _region?.Reader.Ask(_wanted, Stopwatch.GetTimestamp());
            if (_region is not { Reader: { State: HookState.Active } reader } region || reader.Active != _wanted) continue;
            (_region, _isLoaded) = (null, true);
            return new Collector(region, _wanted, _again);
        }
        return failure ?? No(_pid, $"it was loaded and gave no answer within {millis} ms: its startup hooks may be trimmed away, or it has no memory to share");
    }

    /// <summary>The call is over. The file goes where it is known to be loaded; a program that waits at its start would end for the lack of it.</summary>
    public void Dispose()
    {
        if (_isLoaded) _file.Remove();
        _alone.Dispose();
        _region?.Dispose();
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
