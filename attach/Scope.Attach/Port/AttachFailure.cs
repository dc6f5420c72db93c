// Why we could not get in, or broke off: expected things, so they are values that travel up to the user as one clear
// line, and not exceptions.
namespace Scope.Attach.Port;

/// <summary>The sort of a failure; the program's exit code follows from it.</summary>
public enum AttachReason
{
    /// <summary>The process runs, but no .NET runtime is in it.</summary>
    NotDotnet,
    /// <summary>No such process, or it ended meanwhile.</summary>
    Gone,
    /// <summary>It belongs to another user and we are not root.</summary>
    OtherUser,
    /// <summary>Its runtime was told to offer no diagnostics.</summary>
    DiagnosticsOff,
    /// <summary>The runtime or the platform cannot do what was asked.</summary>
    NotSupported,
    /// <summary>It did not answer in time.</summary>
    TimedOut,
    /// <summary>Its socket is there, but nobody listens.</summary>
    ConnectionRefused,
    /// <summary>It answered something that is not the protocol, or broke off in the middle of an answer.</summary>
    BadReply,
    /// <summary>The runtime answered with an error of its own.</summary>
    Refused,
    /// <summary>What was asked for is malformed: a provider text, a request too long for the protocol.</summary>
    BadRequest,
    /// <summary>There is nowhere to record to: the disk refused.</summary>
    NoPlace,
    /// <summary>No process has the name.</summary>
    NoneMatch,
    /// <summary>Several processes have the name.</summary>
    SeveralMatch,
}

/// <summary>A failure with the line that the user reads: what failed, in which process, what to do next.</summary>
/// <param name="Reason">Its sort.</param>
/// <param name="Pid">The process, 0 when it is about none.</param>
/// <param name="Message">One line for the user (a list of processes may follow on further lines).</param>
public sealed record AttachFailure(AttachReason Reason, int Pid, string Message)
{
    /// <summary>Whether it is the rights or the platform that forbid it, so that trying again as the same user cannot help.</summary>
    public bool IsForbidden => Reason is AttachReason.OtherUser or AttachReason.DiagnosticsOff or AttachReason.NotSupported;

    /// <inheritdoc/>
    public override string ToString() => Message;
}
