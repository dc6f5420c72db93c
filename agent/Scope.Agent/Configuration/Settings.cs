// The settings as the program uses them: typed, in their units, checked before.
using System.Globalization;
using Scope.Agent.Probes;
using Scope.Agent.Watch;
using Scope.Events;
using Scope.Store.Postgres;

namespace Scope.Agent.Configuration;

/// <summary>All settings.</summary>
sealed record Settings(CaptureSettings Capture, LimitSettings Limits, OutputSettings Output, LiveSettings Live, SnapshotSettings Snapshot, SafetySettings Safety, RedactionSettings Redaction, HookSettings Hooks, SpoolSettings Spool, WarmSettings Warm, ColdSettings Cold, WatchSettings Watch, IReadOnlyList<ProbeSpec> Probes)
{
    /// <summary>Makes them from the checked text of each key, and the checked items of each list.</summary>
    internal static Settings From(Func<string, string> value, Func<string, IReadOnlyList<ListItem>> list)
    {
        int Whole(string key) => int.Parse(value(key), CultureInfo.InvariantCulture);
        long Long(string key) => long.Parse(value(key), CultureInfo.InvariantCulture);
        bool Switch(string key) => value(key) == "true";
        TimeSpan? Duration(string key) => TimeText.TryDuration(value(key), out var nanos) ? TimeSpan.FromTicks(nanos / 100) : null;
        return new(
            new(value("capture.profile"), value("capture.providers"), Whole("capture.buffer_mb"), Duration("capture.duration"), Switch("capture.keep_nettrace")),
            new(Long("limits.hot_events"), Long("limits.hot_bytes_mb") << 20, Duration("limits.hot_age"), Long("limits.payload_mb") << 20, Whole("limits.ring_events")),
            new(value("output.folder"), Switch("output.report")),
            new(Duration("live.refresh")!.Value),
            new(value("snapshot.when"), Whole("snapshot.max_pause_ms")),
            new(Whole("safety.max_target_overhead_percent"), Whole("safety.max_cpu_percent"), Long("safety.max_memory_mb") << 20, Switch("safety.read_only"), Duration("safety.look_before")!.Value),
            new([.. value("redaction.keys").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)], value("redaction.pattern")),
            new(value("hooks.collector"), Switch("hooks.cpu_by_span"), Switch("hooks.lone_calls"), value("hooks.probes") == "on"),
            new(value("store.spool.folder"), Long("store.spool.max_mb") << 20, Duration("store.spool.max_age"), value("store.spool.fsync")),
            new(value("store.warm.connection"), value("store.warm.connection_file"), new(Enum.Parse<WarmEngineChoice>(value("store.warm.engine"), ignoreCase: true), Enum.Parse<WarmLayoutChoice>(value("store.warm.layout"), ignoreCase: true)), Duration("store.warm.keep"), Long("store.warm.keep_gb") << 30),
            new(value("store.cold.archive"), value("store.cold.endpoint"), Duration("store.cold.keep"), Duration("store.cold.keep_restored")!.Value),
            new(value("watch.folder"), Duration("watch.poll")!.Value, Whole("watch.most_targets"), Duration("watch.rotate_after")!.Value, Long("watch.rotate_events"), Whole("watch.port"), Switch("watch.require_token"), Long("watch.incidents_mb") << 20,
                [.. list("watch.target").Select(TargetRule.From)], [.. list("watch.rule").Select(WatchRule.From)]),
            [.. list(ProbeSets.Section).Select(ProbeSets.From)]);
    }
}

/// <summary>[capture]: what is recorded.</summary>
sealed record CaptureSettings(string Profile, string Providers, int BufferMegabytes, TimeSpan? Duration, bool KeepNettrace);

/// <summary>[limits]: how much is held.</summary>
sealed record LimitSettings(long HotEvents, long HotBytes, TimeSpan? HotAge, long PayloadBytes, int RingEvents);

/// <summary>[output]: where recordings go.</summary>
sealed record OutputSettings(string Folder, bool Report);

/// <summary>[live]: the live view.</summary>
sealed record LiveSettings(TimeSpan Refresh);

/// <summary>[snapshot]: when the target is held to look at it, and how long.</summary>
sealed record SnapshotSettings(string When, int MaxPauseMillis);

/// <summary>[safety]: what Scope may do to a target.</summary>
sealed record SafetySettings(int MaxTargetOverheadPercent, int MaxCpuPercent, long MaxMemoryBytes, bool ReadOnly, TimeSpan LookBefore);

/// <summary>[redaction]: what is taken out of a target's texts beside the usual.</summary>
sealed record RedactionSettings(IReadOnlyList<string> Keys, string Pattern);

/// <summary>[hooks]: what may be loaded into a target.</summary>
sealed record HookSettings(string Collector, bool CpuBySpan, bool LoneCalls, bool Probes);

/// <summary>[store.spool]: how what was captured is kept on the disk.</summary>
sealed record SpoolSettings(string Folder, long Bytes, TimeSpan? Age, string Fsync);

/// <summary>[store.warm]: the database that recordings are shipped to; 0 bytes for no bound.</summary>
sealed record WarmSettings(string Connection, string ConnectionFile, WarmChoice Choice, TimeSpan? Keep, long KeepBytes);

/// <summary>[store.cold]: where recordings are archived, and how long.</summary>
sealed record ColdSettings(string Archive, string Endpoint, TimeSpan? Keep, TimeSpan KeepRestored);

/// <summary>[watch]: which targets are recorded as they come, and what is done when.</summary>
sealed record WatchSettings(string Folder, TimeSpan Poll, int MostTargets, TimeSpan RotateAfter, long RotateEvents, int Port, bool RequireToken, long IncidentBytes, IReadOnlyList<TargetRule> Targets, IReadOnlyList<WatchRule> Rules);
