// The collector inside a target, from our side, once it has answered. It works as long as we give signs of life, so nothing
// need be undone when we die.
using System.Diagnostics;
using Scope.Attach.Port;
using Scope.Hooks.Wire;

namespace Scope.Attach.Hooks;

/// <summary>A collector that listens in a target.</summary>
public sealed class Collector : IDisposable
{
    const int EndMillis = 1000;

    readonly HookRegion _region;
    readonly Func<CancellationToken, Task<AttachFailure?>> _again;

    internal Collector(HookRegion region, HookFeatures wanted, Func<CancellationToken, Task<AttachFailure?>> again) => (_region, Wanted, _again) = (region, wanted, again);

    /// <summary>What it is asked for.</summary>
    public HookFeatures Wanted { get; }

    /// <summary>What it writes.</summary>
    public RegionReader Reader => _region.Reader;

    /// <summary>The names in its records.</summary>
    public NameReader Names => _region.Names;

    /// <summary>Whether it still does what it was asked for.</summary>
    public bool IsActive => Reader.State == HookState.Active;

    /// <summary>Loads it into a running process, or wakes the one that is there, and waits until it does what is wanted.</summary>
    /// <param name="port">The process.</param>
    /// <param name="assembly">The collector's assembly as it was built.</param>
    /// <param name="wanted">What it is to tell.</param>
    /// <param name="cancel">Gives up; what was loaded by then turns itself off.</param>
    public static async Task<Attempt<Collector>> LoadAsync(DiagnosticPort port, byte[] assembly, HookFeatures wanted, CancellationToken cancel = default)
    {
        if (!(await CollectorCall.MakeAsync(port, assembly, wanted, cancel)).Try(out var call, out var failure)) return failure;
        using (call) return await call.AnswerAsync(cancel: cancel);
    }

    /// <summary>Asks again for the same and gives a sign of life; to be repeated several times a second.</summary>
    public void Beat() => Reader.Ask(Wanted, Stopwatch.GetTimestamp());

    /// <summary>Wakes it where it turned itself off because it heard nothing of us for a while; gives why that could not be. What was in its rings then is gone.</summary>
    /// <param name="cancel">Gives up.</param>
    public Task<AttachFailure?> WakeAsync(CancellationToken cancel = default)
    {
        Reader.Forget();
        return _again(cancel);
    }

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
}
