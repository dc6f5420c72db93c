// What a recording is told before it starts.
using Npgsql;
using Scope.Agent.Cost;
using Scope.Agent.Probes;
using Scope.Agent.Pressure;
using Scope.Attach.Profiles;
using Scope.Events.Redaction;
using Scope.Hooks.Wire;
using Scope.Store.Hot;
using Scope.Store.Postgres;
using Scope.Store.Recordings;
using Scope.Store.Spool;

namespace Scope.Agent;

/// <summary>How to record.</summary>
sealed record RecorderSettings
{
    /// <summary>What the target is asked to say.</summary>
    public required Profile Profile { get; init; }

    /// <summary>The buffer that the runtime keeps for a session in the target, megabytes.</summary>
    public required int BufferMegabytes { get; init; }

    /// <summary>What the recording is called; null for the target's name.</summary>
    public string? Name { get; init; }

    /// <summary>The folder below which the recording's folder is made.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>The spool to record into; null for a folder below the output's.</summary>
    public (string Folder, SpoolLimits Limits)? Spool { get; init; }

    /// <summary>Who keeps the spool in order for many recorders; null where this one does it itself.</summary>
    public SpoolKeeping? SpoolKeptBy { get; init; }

    /// <summary>The database that is shipped to while recording, and what it keeps; null for none.</summary>
    public (NpgsqlDataSource Database, WarmKeeping Keeping, WarmChoice Choice)? Warm { get; init; }

    /// <summary>When the disk is made to keep what was written.</summary>
    public SyncPolicy Sync { get; init; }

    /// <summary>Whether the runtime's own streams are kept beside the segments.</summary>
    public bool KeepNettrace { get; init; }

    /// <summary>The bounds of the hot index.</summary>
    public HotLimits HotLimits { get; init; } = new();

    /// <summary>The bound of all payloads in memory, bytes.</summary>
    public required long PayloadBytes { get; init; }

    /// <summary>What the collector inside the target is to tell, in place of the bridge; none when it is not to be loaded.</summary>
    public HookFeatures Inside { get; init; }

    /// <summary>Whether a snapshot is taken when the recording ends.</summary>
    public bool SnapshotAtEnd { get; init; }

    /// <summary>Whether a snapshot is taken when a live finding first fires.</summary>
    public bool SnapshotAtWorst { get; init; }

    /// <summary>The word of snapshot.when by which hits of probes take snapshots.</summary>
    public const string AtHit = "hit";

    /// <summary>Whether a snapshot is taken when a probe is hit, whatever the probe says.</summary>
    public bool SnapshotAtHit { get; init; }

    /// <summary>Whether snapshots may be asked for while it runs.</summary>
    public bool SnapshotWhenAsked { get; init; }

    /// <summary>How long the target may stand still for a snapshot, ms.</summary>
    public int MaxPauseMillis { get; init; }

    /// <summary>What recording may take before it turns its sources down.</summary>
    public PressureBudget Budget { get; init; } = PressureBudget.None;

    /// <summary>The budget where it is one for several recordings; null where this one has it alone.</summary>
    public SharedBudget? Shared { get; init; }

    /// <summary>How long the target is looked at by next to nothing before it is recorded; zero for not at all.</summary>
    public TimeSpan QuietLook { get; init; }

    /// <summary>How the target served before, where that is known already, and by what the estimate was corrected since; null where that is to be seen.</summary>
    public (Served Before, double? Correction)? Known { get; init; }

    /// <summary>What takes secrets out of the target's texts.</summary>
    public Redactor Redactor { get; init; } = Redactor.BuiltIn;

    /// <summary>The machine's clocks.</summary>
    public TimeProvider Machine { get; init; } = TimeProvider.System;

    /// <summary>Events that each source's ring holds, a power of two.</summary>
    public required int RingEvents { get; init; }

    /// <summary>The probes that are set while recording.</summary>
    public IReadOnlyList<ProbeSpec> Probes { get; init; } = [];

    /// <summary>The same for a recording with probes: hits know no more than their thread, so that it is told what each works for.</summary>
    public RecorderSettings WithProbes(IReadOnlyList<ProbeSpec> probes) => probes.Count == 0 ? this : this with
    {
        Probes = probes,
        Inside = Inside == HookFeatures.None ? Inside : Inside | HookFeatures.ThreadSpans,
        Profile = Profile.WithThreadActivities,
        SnapshotWhenAsked = SnapshotWhenAsked || SnapshotAtHit || probes.Any(p => p.Snapshot),
    };
}
