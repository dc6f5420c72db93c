// What is seen of a target at one moment, for the triggers that read figures: those of the live view, and a few that need a
// memory of their own.
using Scope.Agent.Cost;
using Scope.Agent.Live;
using Scope.Events;
using Scope.Insight;

namespace Scope.Agent.Watch.Triggers;

/// <summary>A target at one moment.</summary>
/// <param name="Figures">What happened in the last ten seconds.</param>
/// <param name="Status">The state of target and recorder.</param>
/// <param name="At">When.</param>
/// <param name="SilentNanos">How long no request has ended, ns.</param>
/// <param name="GrownBytes">How much more memory it holds than it held at least in the last ten minutes.</param>
sealed record Sight(LiveFigures Figures, LiveStatus Status, EventTime At, long SilentNanos, long GrownBytes)
{
    /// <summary>Fewer requests in ten seconds say nothing of a distribution.</summary>
    const int FewRequests = 10;

    /// <summary>Requests in the last ten seconds.</summary>
    double Requests => Figures.RequestsPerSecond * Figures.WindowSeconds;

    /// <summary>The 99th percentile of requests, ns; null where there were too few.</summary>
    public double? RequestP99 => Requests < FewRequests ? null : Figures.P99Nanos;

    /// <summary>How it serves.</summary>
    public Served Served => new((long)Requests, Figures.RequestsPerSecond, Figures.P50Nanos, Figures.P99Nanos, Figures.RequestsPerSecond <= 0 ? 0 : Status.TargetCpuCores * 1e9 / Figures.RequestsPerSecond);

    /// <summary>The share of requests that failed; null where there were too few.</summary>
    public double? ErrorShare => Requests < FewRequests ? null : Figures.ErrorsPerSecond / Figures.RequestsPerSecond;

    /// <summary>The worst finding of a cause; null when there is none.</summary>
    public Finding? Worst(NamePattern? cause) => Status.Diagnosis?.Findings.Where(f => cause?.Matches(f.Cause) ?? true).MaxBy(f => f.Severity);
}
