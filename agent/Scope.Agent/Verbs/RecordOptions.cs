// The options of a recording, as attach and run both have them, over the settings of scope.toml.
using System.CommandLine;
using System.Text.RegularExpressions;
using Scope.Agent.Configuration;
using Scope.Agent.Watch;
using Scope.Attach.Processes;
using Scope.Attach.Profiles;
using Scope.Events.Redaction;
using Scope.Hooks.Wire;
using Scope.Store.Postgres;
using Scope.Store.Query;
using Scope.Store.Recordings;

namespace Scope.Agent.Verbs;

/// <summary>How a recording is to be made and shown.</summary>
sealed record RecordOptions(RecorderSettings Recorder, TimeSpan? Duration, TimeSpan Refresh, bool Report, bool Web, bool Quiet, bool Json, string CommandText)
{
    static readonly Option<string?> DurationOption = new("--duration", "-d") { Description = "Stop after this long, such as 00:00:20 or 90s; else at Enter, Ctrl+C or the target's end." };
    static readonly Option<string?> Output = CommonOptions.Output();
    static readonly Option<string?> ProfileOption = new("--profile", "-p") { Description = "What to record: " + string.Join("; ", ProfileTable.All.Select(p => $"{p.Name} ({p.Description})")) + "." };
    static readonly Option<string?> Providers = new("--providers") { Description = "Further providers, as dotnet-trace takes them: Name:0xKeywords:Level:key=value,…" };
    static readonly Option<string?> BufferSize = new("--buffersize") { Description = "The runtime's buffer in the target for each session, MB." };
    static readonly Option<bool> KeepNettrace = new("--keep-nettrace") { Description = "Keep the runtime's own streams beside the segments." };
    static readonly Option<string?> SnapshotOption = new("--snapshot") { Description = "When to take a snapshot of threads, locks and heap: none, end, worst (a finding first fires), both, hit (of a probe)." };
    static readonly Option<string?> MaxPause = CommonOptions.MaxPause();
    static readonly Option<bool> Inside = new("--inside") { Description = "Load our collector into the target: the same spans for a quarter of what the runtime's own events cost it. README, \"Inside the process\", says what it does there and what stays." };
    static readonly Option<bool> CpuBySpan = new("--cpu-by-span") { Description = "With --inside: tell which span each thread works for, so that every CPU sample and exception finds its span." };
    static readonly Option<bool> NoReport = new("--no-report") { Description = "Write no incident.html; findings.json is written all the same." };
    static readonly Option<bool> WebOption = new("--web") { Description = "Serve a live page on the loopback too, and print its address." };
    static readonly Option<string?> Config = CommonOptions.Config();
    static readonly Option<bool> QuietOption = CommonOptions.Quiet();
    static readonly Option<bool> JsonOption = CommonOptions.Json();

    static readonly TimeSpan Short = TimeSpan.FromMinutes(1); // A recording so short waits for nothing.

    // Options that stand for a setting, and are checked as it is.
    static readonly (Option<string?> Option, string Key)[] Stand =
        [(DurationOption, "capture.duration"), (Output, "output.folder"), (ProfileOption, "capture.profile"), (Providers, "capture.providers"), (BufferSize, "capture.buffer_mb"),
            (SnapshotOption, "snapshot.when"), (MaxPause, "snapshot.max_pause_ms")];

    /// <summary>What the collector would tell if who sits at the terminal says yes: nothing said so far whether it may be loaded. None where nobody is to be asked.</summary>
    public HookFeatures Offer { get; private init; }

    /// <summary>Which events are printed as they come; the live view when null.</summary>
    public QueryText? Follow { get; init; }

    /// <summary>All of them, for the help.</summary>
    public static IReadOnlyList<Option> All { get; } = [DurationOption, Output, ProfileOption, Providers, BufferSize, KeepNettrace, SnapshotOption, MaxPause, Inside, CpuBySpan, NoReport, WebOption, Config, QuietOption, JsonOption];

    /// <summary>Reads them, over the configuration.</summary>
    public static RecordOptions Read(ParseResult parsed)
    {
        var configuration = ConfigurationOf(parsed);
        var settings = configuration.Settings;
        var redactor = RedactorOf(settings.Redaction);
        var json = parsed.GetValue(JsonOption);
        return new(
            (RecorderOf(settings, redactor) with { QuietLook = settings.Capture.Duration < Short ? TimeSpan.Zero : LookBefore(settings) }).WithProbes(settings.Hooks.Probes ? settings.Probes : []),
            settings.Capture.Duration,
            settings.Live.Refresh,
            settings.Output.Report,
            parsed.GetValue(WebOption),
            Quiet: parsed.GetValue(QuietOption) || json,
            json,
            "scope-attach " + redactor.CommandLine(Environment.GetCommandLineArgs()[1..]))
        {
            // Who says for how long has a script, or knows what he wants.
            Offer = configuration.IsDefault("hooks.collector") && settings.Capture.Duration is null && AsksForActivities(settings) ? CollectorOf(settings.Hooks) : HookFeatures.None,
        };
    }

    /// <summary>How long a target is looked at before it is recorded, by the settings; the light profile costs too little to be seen.</summary>
    public static TimeSpan LookBefore(Settings settings) => settings.Capture.Profile == ProfileTable.All[0].Name ? TimeSpan.Zero : settings.Safety.LookBefore;

    /// <summary>How recordings are made, by the settings; each has a connection of its own to the database.</summary>
    public static RecorderSettings RecorderOf(Settings settings, Redactor redactor) => new()
    {
        Profile = settings.Safety.ReadOnly ? ProfileOf(settings.Capture).LeavingNothing : ProfileOf(settings.Capture),
        BufferMegabytes = settings.Capture.BufferMegabytes,
        OutputFolder = settings.Output.Folder,
        Spool = settings.Spool.Folder.Length == 0 ? null : (settings.Spool.Folder, SpoolStatusText.LimitsOf(settings.Spool)),
        Warm = WarmConnection.OfSettings(settings.Warm) is { } database ? (database, WarmUpkeep.Keeping(settings.Warm.Keep, settings.Warm.KeepBytes), settings.Warm.Choice) : null,
        Sync = SyncPolicies.Of(settings.Spool.Fsync),
        KeepNettrace = settings.Capture.KeepNettrace,
        Inside = IsInsideWanted(settings) ? CollectorOf(settings.Hooks) : HookFeatures.None,
        HotLimits = ShareOf(settings.Limits).Hot,
        PayloadBytes = ShareOf(settings.Limits).PayloadBytes,
        RingEvents = ShareOf(settings.Limits).RingEvents,
        Redactor = redactor,
        SnapshotAtEnd = settings.Snapshot.When is "end" or "both",
        SnapshotAtWorst = settings.Snapshot.When is "worst" or "both",
        SnapshotAtHit = settings.Snapshot.When is RecorderSettings.AtHit,
        MaxPauseMillis = settings.Snapshot.MaxPauseMillis,
        Budget = new(settings.Safety.MaxCpuPercent / 100.0, Math.Min(settings.Safety.MaxMemoryBytes, MemoryLimits.GroupLimitBytes()), settings.Safety.MaxTargetOverheadPercent / 100.0),
    };

    static FairShares ShareOf(LimitSettings limits) => FairShares.Of(limits, 1, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>The configuration of a run: files, environment, and the options that stand for settings.</summary>
    public static SettingValues ConfigurationOf(ParseResult parsed)
    {
        var options = new List<(string Key, string Value, string Option)>();
        foreach (var (option, key) in Stand)
            if (parsed.GetValue(option) is { } value) options.Add((key, value, option.Name));
        if (parsed.GetValue(KeepNettrace)) options.Add(("capture.keep_nettrace", "true", KeepNettrace.Name));
        if (parsed.GetValue(Inside)) options.Add(("hooks.collector", "on", Inside.Name));
        if (parsed.GetValue(CpuBySpan)) options.Add(("hooks.cpu_by_span", "true", CpuBySpan.Name));
        if (parsed.GetValue(NoReport)) options.Add(("output.report", "false", NoReport.Name));
        return CommonOptions.SettingsOf(parsed, Config, options);
    }

    /// <summary>What takes secrets out, by the settings.</summary>
    public static Redactor RedactorOf(RedactionSettings redaction) =>
        new(new(redaction.Keys), redaction.Pattern.Length == 0 ? [] : [new Regex(redaction.Pattern, RegexOptions.NonBacktracking)]);

    static bool IsInsideWanted(Settings settings) => settings.Hooks.Collector == "on" || settings.Hooks.Collector == "auto" && AsksForActivities(settings);

    static bool AsksForActivities(Settings settings) => ProfileOf(settings.Capture).WithoutStacks.Any(p => p.Name == ActivitySpec.Provider);

    static HookFeatures CollectorOf(HookSettings hooks) =>
        HookFeatures.SpanStarts | HookFeatures.SpanStops | HookFeatures.Tags | HookFeatures.Requests
        | (hooks.CpuBySpan ? HookFeatures.ThreadSpans : 0) | (hooks.LoneCalls ? 0 : HookFeatures.NoLoneCalls);

    static Profile ProfileOf(CaptureSettings capture)
    {
        var profile = ProfileTable.Find(capture.Profile)!; // The table of settings lets no other name through.
        if (capture.Providers.Length == 0) return profile;
        return ProviderText.Parse(capture.Providers).Try(out var added, out var failure) ? profile.With(added) : throw Failures.Of(failure);
    }
}
