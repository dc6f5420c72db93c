// How a recording ended, for who tells the user.
using Scope.Attach.Nettrace;
using Scope.Attach.Port;
using Scope.Store.Postgres;
using Scope.Store.Recordings;

namespace Scope.Agent;

/// <summary>How a recording ended.</summary>
/// <param name="TargetGone">Whether the target had ended by itself.</param>
/// <param name="Outcomes">How the streams ended.</param>
/// <param name="Failures">What went wrong while ending the sessions.</param>
/// <param name="Disk">How the writing went.</param>
/// <param name="Warm">How shipping went; null where no database is configured.</param>
sealed record RecorderEnd(bool TargetGone, IReadOnlyList<NettraceOutcome> Outcomes, IReadOnlyList<AttachFailure> Failures, RecordingStatus Disk, WarmProgress? Warm)
{
    /// <summary>Whether a stream broke off although the target was still there.</summary>
    public bool BrokeOff => !TargetGone && Outcomes.Any(o => !o.IsWhole);
}
