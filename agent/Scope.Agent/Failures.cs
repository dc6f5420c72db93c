// Turns a failure of the attach side, or a mistake in what was asked, into the line and the exit code that the user gets.
using Scope.Attach.Port;
using Scope.Events;

namespace Scope.Agent;

static class Failures
{
    /// <summary>The error for a failure: rights and platform are 4, a malformed request 3, all else 1.</summary>
    public static UserError Of(AttachFailure failure) => new(
        failure.IsForbidden ? ExitCode.NotPossible : failure.Reason == AttachReason.BadRequest ? ExitCode.BadArgument : ExitCode.CouldNotAttach, failure.Message);

    /// <summary>The error for a mistake in a question, which it points at.</summary>
    public static UserError Of(TextMistake mistake) => new(ExitCode.BadArgument, mistake.ToString());
}
