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
    /// <param name="port">The target's port.</param>
    /// <param name="request">What each burst asks for.</param>
    /// <param name="burst">How long each is, and how far apart.</param>
    /// <param name="oneIn">Which bursts are taken at all: one in so many, none at 0. Asked before each.</param>
    /// <param name="cancel">Ends the one that runs.</param>
    public static async IAsyncEnumerable<Attempt<EventPipeSession>> RunAsync(DiagnosticPort port, CollectRequest request, SampleBurst burst, Func<int>? oneIn = null, [EnumeratorCancellation] CancellationToken cancel = default)
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
            for (var left = 1; oneIn?.Invoke() is { } of && (of == 0 || left < of) && !cancel.IsCancellationRequested; left++) await PauseAsync(burst.OnMillis + burst.OffMillis, cancel);
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
