// Turns a failure of the attach side into the line and the exit code that the user gets.
using Scope.Attach.Port;

namespace Scope.Agent;

static class Failures
{
    /// <summary>The error for a failure: rights and platform are 4, a malformed request 3, all else 1.</summary>
    public static UserError Of(AttachFailure failure) => new(
        failure.IsForbidden ? ExitCode.NotPossible : failure.Reason == AttachReason.BadRequest ? ExitCode.BadArgument : ExitCode.CouldNotAttach, failure.Message);
}
