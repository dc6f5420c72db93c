// A session that is begun and ended at once: for what a runtime, once asked, goes on doing.
using Scope.Attach.Port;

namespace Scope.Attach.Sessions;

/// <summary>A session of a moment.</summary>
public static class MomentSession
{
    /// <summary>Starts a session and ends it; gives why it could not, or null.</summary>
    public static async Task<AttachFailure?> RunAsync(DiagnosticPort port, CollectRequest request, CancellationToken cancel = default)
    {
        if (!(await EventPipeSession.StartAsync(port, request, cancel)).Try(out var session, out var failure)) return failure;
        await using var closing = session;
        var stopping = session.StopAsync();
        await session.Stream.CopyToAsync(Stream.Null, cancel);
        return (await stopping).Failure;
    }
}
