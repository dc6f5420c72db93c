// How watching stands at one moment: what status shows and metrics are made of.
using Scope.Store.Spool;

namespace Scope.Agent.Watch.Operations;

/// <summary>The state of watching.</summary>
/// <param name="Started">When it began.</param>
/// <param name="Looked">When it last looked for processes; long ago means that it hangs.</param>
/// <param name="Targets">The targets.</param>
/// <param name="Refused">Processes that rules name and that cannot be attached to, with the reason.</param>
/// <param name="Spool">The spool; null when its disk does not answer.</param>
/// <param name="Fired">How often each rule fired.</param>
sealed record WatchState(DateTime Started, DateTime Looked, IReadOnlyList<TargetState> Targets, IReadOnlyList<(string Process, string Why)> Refused, SpoolStatus? Spool, IReadOnlyDictionary<string, long> Fired)
{
    static readonly TimeSpan Hangs = TimeSpan.FromSeconds(60);

    /// <summary>What is wrong with watching itself; null when nothing is.</summary>
    public string? Illness => DateTime.UtcNow - Looked > Hangs ? $"it has not looked for processes since {Looked:HH:mm:ss} UTC"
        : Targets.FirstOrDefault(t => t.Disk.Problem is not null) is { } failing ? failing.Disk.Problem : null;

    /// <summary>For machines.</summary>
    public object Machine() => new
    {
        started = Started,
        healthy = Illness is null,
        illness = Illness,
        targets = Targets.Select(t => new
        {
            t.Service, t.Pid, t.Profile, t.Recording, captured = t.Captured, lost = t.Lost.ToDictionary(l => l.Key.ToString(), l => l.Value), lostEvents = t.LostEvents, t.LagSeconds, heldEvents = t.HeldEvents,
            pressure = t.Pressure.ToString().ToLowerInvariant(), ownCpuCores = t.OwnShare * t.Last?.Status.OwnCpuCores, ownMemoryBytes = t.OwnBytes,
            written = t.Disk.Written, spooledBytes = t.Disk.Bytes, diskProblem = t.Disk.Problem, warmBehind = t.Warm?.Behind, warmFailing = t.Warm?.Failing?.Why, warmRefused = t.Warm?.Aside?.Events,
            requestsPerSecond = t.Last?.Figures.RequestsPerSecond, p99Seconds = t.Last?.RequestP99 / 1e9, errorsPerSecond = t.Last?.Figures.ErrorsPerSecond, cpuCores = t.Last?.Status.TargetCpuCores, overhead = t.Last?.Status.EstimatedOverhead,
            findings = t.Last?.Status.Diagnosis?.Findings.Select(f => new { f.Cause, severity = f.Severity.ToString().ToLowerInvariant() }) ?? [], note = t.Note,
        }),
        refused = Refused.Select(r => new { process = r.Process, why = r.Why }),
        spool = SpoolStatusText.Machine(Spool),
        fired = Fired,
    };
}
