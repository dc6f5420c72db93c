// What Scope knows of itself and its targets, as metrics: one row each. Labels are names of services, rules and sources of loss;
// no text of a target is among them.
using System.Collections.Immutable;
using Scope.Agent.Cost;
using Scope.Events;

namespace Scope.Agent.Watch.Operations;

static class WatchMetrics
{
    const string Counter = "counter", Gauge = "gauge";

    /// <summary>A metric of each target.</summary>
    sealed record Row(string Name, string Type, string Help, Func<TargetState, double?> Value);

    static readonly ImmutableArray<Row> OfTargets =
    [
        new("scope_target_events_total", Counter, "Events captured from a target.", t => t.Captured),
        new("scope_target_held_events", Gauge, "Events of a target in memory.", t => t.HeldEvents),
        new("scope_target_lag_seconds", Gauge, "How long ago the newest event of a target happened that has been indexed.", t => t.LagSeconds),
        new("scope_target_written_events", Gauge, "Events of the running recording that are on the disk.", t => t.Disk.Written),
        new("scope_target_acknowledged_events", Gauge, "Events of the running recording that the disk was made to keep.", t => t.Disk.Acknowledged),
        new("scope_target_disk_failing", Gauge, "Whether the disk refuses what is written now.", t => t.Disk.Problem is null ? 0 : 1),
        new("scope_target_warm_behind_events", Gauge, "Events that the database lacks.", t => t.Warm?.Behind),
        new("scope_target_warm_failing", Gauge, "Whether shipping to the database fails now.", t => t.Warm is { } warm ? warm.Failing is null ? 0 : 1 : null),
        new("scope_target_warm_refused_events", Gauge, "Events that the database refused for good, set aside on the disk.", t => t.Warm is { } warm ? warm.Aside?.Events ?? 0 : null),
        new("scope_target_overhead_ratio", Gauge, "The share of a target's CPU that recording takes, by estimate.", t => t.Last?.Status.EstimatedOverhead),
        new("scope_target_pressure_level", Gauge, "How much is turned down: 0 nothing, 1 moderate, 2 high, 3 critical.", t => (int)t.Pressure),
        new("scope_target_own_cpu_cores", Gauge, "Processors that Scope uses for a target, by its share of the events.", t => t.Last is { } last ? t.OwnShare * last.Status.OwnCpuCores : null),
        new("scope_target_own_memory_bytes", Gauge, "Memory that Scope holds for events and texts of a target.", t => t.OwnBytes),
        new("scope_target_spooled_bytes", Gauge, "Bytes of the running recording in the spool.", t => t.Disk.Bytes),
        new("scope_target_cpu_cores", Gauge, "Processors that a target uses.", t => t.Last?.Status.TargetCpuCores),
        new("scope_target_memory_bytes", Gauge, "Memory that a target holds.", t => t.Last?.Status.TargetMemoryBytes),
        new("scope_target_requests_per_second", Gauge, "Requests of a target in the last ten seconds.", t => t.Last?.Figures.RequestsPerSecond),
        new("scope_target_errors_per_second", Gauge, "Failed requests of a target in the last ten seconds.", t => t.Last?.Figures.ErrorsPerSecond),
        new("scope_target_request_p50_seconds", Gauge, "The median of requests in the last ten seconds.", t => t.Last?.RequestP99 is null ? null : t.Last.Figures.P50Nanos / 1e9),
        new("scope_target_request_p99_seconds", Gauge, "The 99th percentile of requests in the last ten seconds.", t => t.Last?.RequestP99 / 1e9),
        new("scope_target_findings", Gauge, "Live findings of a target.", t => t.Last?.Status.Diagnosis?.Findings.Count),
    ];

    /// <summary>All metrics now.</summary>
    public static string Write(WatchState state)
    {
        var text = new MetricsText();
        text.Add("scope_info", Gauge, "The version of Scope.", [([("version", ReportFiles.ScopeVersion)], 1)]);
        text.Add("scope_started_seconds", Gauge, "When watching began, in seconds since 1970.", (state.Started - DateTime.UnixEpoch).TotalSeconds);
        text.Add("scope_cpu_seconds_total", Counter, "CPU time that Scope used.", Environment.CpuUsage.TotalTime.TotalSeconds);
        text.Add("scope_memory_bytes", Gauge, "Memory that Scope holds.", OwnCost.MemoryBytes);
        text.Add("scope_targets", Gauge, "Targets that are recorded.", state.Targets.Count);
        text.Add("scope_targets_refused", Gauge, "Processes that rules name and that cannot be attached to.", state.Refused.Count);
        foreach (var row in OfTargets) text.Add(row.Name, row.Type, row.Help, state.Targets.Select(t => (Labels(t), row.Value(t))));
        text.Add("scope_target_lost_total", Counter, "Events (parts of events, for payload, dictionary and order) lost, by who lost them.",
            state.Targets.SelectMany(t => Enum.GetValues<LossSource>().Select(source => ((IReadOnlyList<(string, string)>)[.. Labels(t), ("source", source.ToString())], (double?)t.Lost.GetValueOrDefault(source)))));
        if (state.Spool is { } spool)
        {
            text.Add("scope_spool_bytes", Gauge, "What the spool holds.", spool.Bytes);
            text.Add("scope_spool_limit_bytes", Gauge, "What the spool may hold.", spool.Limits.Bytes);
            text.Add("scope_spool_recordings", Gauge, "Recordings in the spool.", spool.Recordings);
            text.Add("scope_spool_behind_events", Gauge, "Events in the spool that a tier lacks.", spool.Backlogs.Select(b => ((IReadOnlyList<(string, string)>)[("tier", b.Destination)], (double?)b.Events)));
            text.Add("scope_spool_lost_total", Counter, "Events that the spool lost as it was full or they were too old.", spool.Lost.Select(l => ((IReadOnlyList<(string, string)>)[("what", l.Key)], (double?)l.Value)));
        }
        text.Add("scope_rule_fired_total", Counter, "How often a rule fired since watching began.", state.Fired.Select(f => ((IReadOnlyList<(string, string)>)[("rule", f.Key)], (double?)f.Value)));
        return text.ToString();
    }

    static IReadOnlyList<(string, string)> Labels(TargetState target) => [("service", target.Service), ("pid", $"{target.Pid}")];
}
