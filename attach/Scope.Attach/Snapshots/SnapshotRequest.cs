// What is asked of a snapshot.
using Scope.Events.Snapshots;

namespace Scope.Attach.Snapshots;

/// <summary>A snapshot to be taken.</summary>
public sealed record SnapshotRequest
{
    /// <summary>The process.</summary>
    public required int Pid { get; init; }

    /// <summary>How much to look at; null takes the copy where it is within the budget, else stacks and locks.</summary>
    public SnapshotLevel? Level { get; init; }

    /// <summary>How long the target may stand still at once, ms; a snapshot that is estimated to take longer is refused.</summary>
    public required int MaxPauseMillis { get; init; }

    /// <summary>The runtime's version, "10.0.12", as its diagnostics port tells it; "" when not known.</summary>
    public string RuntimeVersion { get; init; } = "";

    /// <summary>The number that it gets in its recording.</summary>
    public int Number { get; init; } = 1;

    /// <summary>Why it is taken.</summary>
    public SnapshotReason Reason { get; init; }

    /// <summary>What exactly made it be taken; may be "".</summary>
    public string ReasonText { get; init; } = "";

    /// <summary>Whether equal strings are counted, which takes longest of all.</summary>
    public bool CountStrings { get; init; }

    /// <summary>Whether texts of strings may be told: they may be secrets.</summary>
    public bool TellTexts { get; init; }

    /// <summary>How long the parts that can be left out may be worked on, ms; what is not done by then is told as missing.</summary>
    public int AnalysisMillis { get; init; } = Events.Limits.SnapshotAnalysisMillis;

    /// <summary>Is told when the target has been let go, before anything is worked out, on the thread that took it.</summary>
    public Action<SnapshotPause>? Released { get; init; }

    /// <summary>Is told what is being worked on, from the thread that does it.</summary>
    public Action<string>? Progress { get; init; }
}

/// <summary>What holding a target took.</summary>
/// <param name="Level">How much was looked at.</param>
/// <param name="PauseNanos">How long it stood still, all attempts together.</param>
/// <param name="CopiedBytes">How much was copied.</param>
public readonly record struct SnapshotPause(SnapshotLevel Level, long PauseNanos, long CopiedBytes);
