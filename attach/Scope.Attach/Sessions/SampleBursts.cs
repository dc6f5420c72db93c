// Bursts of CPU samples: a session for a second, then none for a while. The runtime's sampler stops all threads at each
// of its ticks, so what it costs is a matter of how long it runs.
using System.Runtime.CompilerServices;
using Scope.Attach.Port;
using Scope.Attach.Profiles;

namespace Scope.Attach.Sessions;

/// <summary>Sessions of samples, one after the other.</summary>
public static class SampleBursts
{
    /// <summary>Opens burst after burst until cancelled or the target is gone. Read each burst's stream to its end before asking for
    /// the next: it ends by itself when its time is up. A burst that cannot begin is a failure in its place; the next is tried.</summary>
    public static async IAsyncEnumerable<Attempt<EventPipeSession>> RunAsync(DiagnosticPort port, CollectRequest request, SampleBurst burst, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        while (!cancel.IsCancellationRequested)
        {
            var attempt = await EventPipeSession.StartAsync(port, request, CancellationToken.None);
            if (attempt.Try(out var session, out var failure))
            {
                var ending = EndAfterAsync(session, burst.OnMillis, cancel);
                yield return session;
                await ending;
                await session.DisposeAsync();
            }
            else
            {
                yield return failure;
                if (failure.Reason is AttachReason.Gone) yield break;
            }
            await PauseAsync(burst.OffMillis, cancel);
        }
    }

    static async Task EndAfterAsync(EventPipeSession session, int millis, CancellationToken cancel)
    {
        await Task.WhenAny(session.Ended, PauseAsync(millis, cancel));
        await session.StopAsync();
    }

    // A pause that cancelling cuts short, without an exception.
    static async Task PauseAsync(int millis, CancellationToken cancel)
    {
        var cut = new TaskCompletionSource();
        await using var registration = cancel.Register(cut.SetResult);
        await Task.WhenAny(cut.Task, Task.Delay(millis, CancellationToken.None));
    }
}
