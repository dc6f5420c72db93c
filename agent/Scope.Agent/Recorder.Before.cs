// Holds the target's first seconds under recording against how it served before, and corrects the estimate of what we cost it.
using Scope.Agent.Cost;
using Scope.Events;

namespace Scope.Agent;

sealed partial class Recorder
{
    static readonly TimeSpan Settling = TimeSpan.FromSeconds(2), Comparing = TimeSpan.FromSeconds(5); // Names are told first, which costs once.

    /// <summary>How the target served before it was recorded, for the recording that follows; null where nobody looked.</summary>
    public Served? Before { get; private init; }

    /// <summary>By what the estimate of our cost turned out to be too low here, and is multiplied.</summary>
    public double Correction => _overhead.Correction;

    async Task CompareAsync(Served before)
    {
        if (!await PauseAsync(Settling)) return;
        var requests = new LatencySketch();
        EventCounter counting = (in ScopeEvent e) =>
        {
            if (e.Kind == EventKind.Request) requests.Add(e.Value);
        };
        New.Add(counting);
        var (cpu, cost) = (_threadTimes!.TargetCpuNanos, _overhead.TargetNanos());
        var isWhole = await PauseAsync(Comparing);
        New.Remove(counting);
        if (!isWhole || _window.Share < 1) return; // Where flows are left out, requests are not all told.
        (cpu, cost) = (_threadTimes.TargetCpuNanos - cpu, _overhead.TargetNanos() - cost);
        var slowdown = new Slowdown(before, Served.Of(requests, Comparing, cpu), cpu <= 0 ? 0 : (double)cost / cpu);
        _overhead.Correction *= slowdown.Correction;
        if (slowdown.IsWorthTelling) Note(slowdown.ToString());
    }

    // False when the recording ends meanwhile.
    async Task<bool> PauseAsync(TimeSpan time)
    {
        await Task.WhenAny(Task.Delay(time, CancellationToken.None), Task.Delay(Timeout.Infinite, _ending.Token), Task.Delay(Timeout.Infinite, _abandon.Token));
        return !_ending.IsCancellationRequested && !_abandon.IsCancellationRequested;
    }
}
