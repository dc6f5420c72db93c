// All settings of Scope, one row each. scope.toml is written from this table, read against it, and shown by it.
using System.Collections.Immutable;
using System.Text;
using Scope.Attach.Profiles;
using Scope.Events;
using Scope.Store.Postgres;
using Scope.Store.Recordings;

namespace Scope.Agent.Configuration;

/// <summary>The table of settings.</summary>
static class SettingTable
{
    const string Capture = "capture", Bounds = "limits", Output = "output", Live = "live", Safety = "safety", Redaction = "redaction", Snapshot = "snapshot", Hooks = "hooks", Spool = "store.spool", Cold = "store.cold", Warm = "store.warm", Watch = "watch";

    /// <summary>One row a setting, in the order of scope.toml.</summary>
    public static ImmutableArray<SettingSpec> All { get; } =
    [
        new(Capture, "profile", SettingSort.Choice, ProfileTable.Default.Name, "What a target is asked to say: light can stay on, default names causes, deep is for minutes.") { Choices = [.. ProfileTable.All.Select(p => p.Name)] },
        new(Capture, "providers", SettingSort.Text, "", "Further event providers as dotnet-trace takes them, Name:0xKeywords:Level:key=value, with commas between."),
        new(Capture, "buffer_mb", SettingSort.Whole, "256", "The buffer that the target's runtime keeps for each session; a small one loses events under load.") { Unit = "MB", Least = 1, Most = 4096 },
        new(Capture, "duration", SettingSort.Duration, "", "How long to record; \"\" until Enter, Ctrl+C or the target's end.") { Least = 1, MayBeEmpty = true },
        new(Capture, "keep_nettrace", SettingSort.Switch, "false", "Whether the runtime's own streams are kept beside the segments, for other tools."),

        new(Bounds, "hot_events", SettingSort.Whole, $"{Limits.HotEvents}", "Events held in memory; the oldest go first.") { Unit = "events", Least = Limits.BlockEvents, Most = 1L << 31 },
        new(Bounds, "hot_bytes_mb", SettingSort.Whole, $"{Limits.HotBytes >> 20}", "Memory for the events held.") { Unit = "MB", Least = 16, Most = 1 << 20 },
        new(Bounds, "hot_age", SettingSort.Duration, "", "How old the oldest event in memory may be; \"\" for no bound.") { Least = 1_000, MayBeEmpty = true },
        new(Bounds, "payload_mb", SettingSort.Whole, $"{Limits.PayloadStoreBytes >> 20}", "Memory for texts: SQL, messages, tags.") { Unit = "MB", Least = 1, Most = 1 << 16 },
        new(Bounds, "ring_events", SettingSort.Whole, $"{Limits.SessionRingEvents}", "Events that wait between a session and the correlator, for each session.") { Unit = "events", Least = 1 << 10, Most = Limits.RingEvents, PowerOfTwo = true },

        new(Output, "folder", SettingSort.Text, ".", "The folder in which recordings are made."),
        new(Output, "report", SettingSort.Switch, "true", "Whether incident.html is written at the end; findings.json is in any case."),

        new(Live, "refresh", SettingSort.Duration, "500ms", "How often the live view is drawn.") { Least = 100, Most = 60_000 },

        new(Snapshot, "when", SettingSort.Choice, "both", "When a recording takes a snapshot of threads, locks and heap: at its end; when a finding first fires, the heap grows or the target hardly runs; both; when a probe is hit; or none.") { Choices = ["none", "end", "worst", "both", RecorderSettings.AtHit] },
        new(Snapshot, "max_pause_ms", SettingSort.Whole, "250", "How long the target may stand still for a snapshot; one that would take longer is refused, or looks at stacks and locks only.") { Unit = "ms", Least = 1, Most = 600_000 },

        new(Safety, "max_target_overhead_percent", SettingSort.Whole, "40", "The share of the target's CPU that recording may cost, by estimate, before you are warned and sources are turned down.") { Unit = "%", Least = 1, Most = 100 },
        new(Safety, "max_cpu_percent", SettingSort.Whole, "100", "What Scope may take of a processor, on average over a second, before it turns its sources down; 100 is one processor.") { Unit = "%", Least = 1, Most = 100_000 },
        new(Safety, "max_memory_mb", SettingSort.Whole, "1024", "What Scope may take of the machine's memory before it turns its sources down.") { Unit = "MB", Least = 128, Most = 1 << 20 },
        new(Safety, "look_before", SettingSort.Duration, "1s", "How long a target is asked only when requests begin and end, before it is recorded for a minute or more with another profile than light: what it costs is then held against how it served before, and estimated higher where that was too low; 0s for not at all.") { Most = 60_000 },
        new(Safety, "read_only", SettingSort.Switch, "false", "Whether nothing in a target may ever be changed: no collector, no probes, no snapshots (which hold it), no program run under Scope, no flow of activity ids (which stays on). It is asked for events and read, and that is all. Once true in one place, no later one takes it back."),

        new(Redaction, "keys", SettingSort.Text, "", "Further words, with commas between, that make a tag, field, option or header secret: what stands under it is never kept. Those that speak of passwords, tokens and the like do so anyway."),
        new(Redaction, "pattern", SettingSort.Pattern, "", "A regular expression for further secrets in texts, beside tokens, e-mail addresses, card numbers, SQL literals and values of URL queries, which are never kept anyway."),

        new(Hooks, "collector", SettingSort.Choice, "off", "Whether a small assembly of ours is loaded into the target to tell its spans at a quarter of the cost, as --inside asks for it: never, where it can be and the profile asks for activities, or always where it can be. Where it cannot, the runtime's own events serve.") { Choices = ["off", "auto", "on"] },
        new(Hooks, "cpu_by_span", SettingSort.Switch, "false", "Whether the collector also tells which span each thread works for at each moment, so that every CPU sample and exception finds its span; a microsecond a span more."),
        new(Hooks, "lone_calls", SettingSort.Switch, "true", "Whether the collector lets calls that no activity surrounds become activities. In a process that had none, HttpClient sends trace ids from then on."),
        new(Hooks, "probes", SettingSort.Choice, "off", "Whether the probes below, each a [[probe]], are set in a process while it is recorded. From the first on a library of ours stays in it until it ends. scope-attach probe and rules of watch need no leave from here.") { Choices = ["off", "on"] },

        new(Spool, "folder", SettingSort.Text, "", "The folder where recordings wait to be shipped, kept within the bounds below; \"\" for none: recordings are made in output.folder then, and nothing of them is ever removed."),
        new(Spool, "max_mb", SettingSort.Whole, $"{Limits.SpoolBytes >> 20}", "What the spool may hold. Past that, what has been shipped goes first, then of the oldest that has not the samples, then spans, then errors; each loss is counted.") { Unit = "MB", Least = Limits.SegmentBytes >> 20, Most = 1 << 24 },
        new(Spool, "max_age", SettingSort.Duration, "72h", "How old the oldest event in the spool may be; \"\" for no bound.") { Least = 60_000, MayBeEmpty = true },
        new(Spool, "fsync", SettingSort.Choice, SyncPolicies.All[0].Word, "When what was written is made to survive a failure of power: each 100 ms, after each write, or when the system likes. The death of Scope takes nothing of it in any case.") { Choices = [.. SyncPolicies.All.Select(p => p.Word)] },

        new(Warm, "connection", SettingSort.Text, "", "The Postgres that recordings are shipped to while they are made, as Npgsql writes it: \"Host=…;Database=…;Username=…;SSL Mode=VerifyFull\"; \"\" for none. It is never printed.") { IsSecret = true },
        new(Warm, "connection_file", SettingSort.Text, "", "A file that holds the connection string instead."),
        new(Warm, "engine", SettingSort.Choice, "auto", "How a database that is new keeps hours: native in partitions that any Postgres has, timescale in TimescaleDB's compressed chunks, citus in partitions that Citus distributes; auto takes Citus where the database has it, TimescaleDB where the server has it with its compression, else native. What a database was made for it keeps.") { Choices = [.. Enum.GetNames<WarmEngineChoice>().Select(n => n.ToLowerInvariant())] },
        new(Warm, "layout", SettingSort.Choice, "auto", "How hours that are over are kept: compact, in bytes that only scope-attach query reads, or sql, in arrays that scope.events_readable shows too, at two to three times the size; auto as the database does, and compact where it is new. store init changes it for hours to come. TimescaleDB's are readable in any case.") { Choices = [.. Enum.GetNames<WarmLayoutChoice>().Select(n => n.ToLowerInvariant())] },
        new(Warm, "keep", SettingSort.Duration, "30d", "How old an event in Postgres may become; \"\" for no bound. What happened in each minute is kept for 400 days.") { Least = 3_600_000, MayBeEmpty = true },
        new(Warm, "keep_gb", SettingSort.Whole, "0", "What events in Postgres may take; past that the oldest hours go. 0 for no bound.") { Unit = "GB", Most = 1 << 20 },

        new(Cold, "archive", SettingSort.Text, "", "Where recordings are archived: a folder, or s3://bucket/prefix with credentials as AWS tools take them."),
        new(Cold, "endpoint", SettingSort.Text, "", "The address of a server that speaks S3, such as http://minio:9000; \"\" for AWS."),
        new(Cold, "keep", SettingSort.Duration, "", "How old the newest event of an archived recording may become before store archive takes the recording away; \"\" for no bound.") { Least = 1_000, MayBeEmpty = true },
        new(Cold, "keep_restored", SettingSort.Duration, "7d", "How long a restored recording stays before it is removed again.") { Least = 1_000 },

        new(Watch, "folder", SettingSort.Text, "", "Where scope-attach watch keeps its audit log, incidents and, where store.spool.folder names no other place, its recordings; \"\" for $STATE_DIRECTORY, /var/lib/scope as root, or ~/.local/state/scope."),
        new(Watch, "poll", SettingSort.Duration, "1s", "How often it looks for new processes.") { Least = 100, Most = 600_000 },
        new(Watch, "most_targets", SettingSort.Whole, "50", "Targets at once; memory is shared among them, and what comes after waits.") { Unit = "processes", Least = 1, Most = 500 },
        new(Watch, "rotate_after", SettingSort.Duration, "1h", "After this long a service's next recording is begun.") { Least = 1_000, Most = 86_400_000 },
        new(Watch, "rotate_events", SettingSort.Whole, "100000000", "After so many events a service's next recording is begun.") { Unit = "events", Least = 10_000, Most = 500_000_000 },
        new(Watch, "port", SettingSort.Whole, "9471", "The port on 127.0.0.1 of its operations: /healthz, /metrics for Prometheus, /status, POST /trigger/NAME; 0 for any free one, which scope-attach status finds.") { Unit = "port", Most = 65535 },
        new(Watch, "require_token", SettingSort.Switch, "true", "Whether who asks there must say Authorization: Bearer and the token that stands in the file \"token\" of watch.folder."),
        new(Watch, "incidents_mb", SettingSort.Whole, "2048", "What incidents may take; past that the oldest goes.") { Unit = "MB", Least = 16, Most = 1 << 24 },
    ];

    /// <summary>The setting of a key such as capture.profile, or null.</summary>
    public static SettingSpec? Find(string section, string name) => All.FirstOrDefault(s => s.Section == section && s.Name == name);

    /// <summary>The setting of a key; the key is one of the table's.</summary>
    public static SettingSpec Of(string key) => All.Single(s => s.Key == key);

    /// <summary>scope.toml with every setting at its default.</summary>
    public static string ToToml()
    {
        var text = new StringBuilder("# Every setting of Scope with its default. Scope looks for this file in /etc/scope, ~/.config/scope and the working folder,\n"
            + "# each later one over the earlier; --config FILE takes only that one. SCOPE__SECTION__NAME and options go over all of them.\n"
            + "# scope-attach config show says what holds and where it comes from.\n");
        foreach (var section in All.GroupBy(s => s.Section))
        {
            text.Append($"\n[{section.Key}]\n");
            foreach (var setting in section) text.Append($"# {setting.Says}{LimitsOf(setting)}\n{setting.Name} = {Written(setting, setting.Default)}\n");
            text.Append(SettingLists.Examples(section.Key));
        }
        return text.Append(SettingLists.Examples("")).ToString();
    }

    /// <summary>A value as it is written in TOML.</summary>
    public static string Written(SettingSpec setting, string value) => setting.Sort switch
    {
        SettingSort.Whole or SettingSort.Switch => value,
        SettingSort.Words => $"[{string.Join(", ", value.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Quoted))}]",
        _ => Quoted(value),
    };

    static string Quoted(string text) => $"\"{text.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";

    /// <summary>What a setting's value may be, in brackets; "" where anything may.</summary>
    internal static string LimitsOf(SettingSpec setting) => setting.Sort switch
    {
        SettingSort.Choice or SettingSort.Words when setting.Choices.IsEmpty => "",
        SettingSort.Choice or SettingSort.Words => $" ({string.Join(", ", setting.Choices)})",
        SettingSort.Whole => $" ({setting.Least} to {setting.Most} {setting.Unit}{(setting.PowerOfTwo ? ", a power of two" : "")})",
        _ => "",
    };
}
