// Arguments of providers are global to a process, and the last one's count: another tool that asks the DiagnosticSource
// bridge for something of its own takes our activities, and when it leaves they do not come back. It shows when requests
// begin, as Hosting tells, and the bridge says nothing. Then our session is begun anew, which brings them back.
using Scope.Attach.Port;
using Scope.Attach.Profiles;
using Scope.Events;

namespace Scope.Agent.Sources;

/// <summary>Watches one source for activities that stay away, until it is disposed.</summary>
sealed class BridgeWatch : IAsyncDisposable
{
    const int LookMillis = 1000;
    const int RequestsWithout = 10; // Fewer may be between their start and their activity's, on as many threads.

    readonly CancellationTokenSource _stop = new();
    readonly Task _watching;

    /// <param name="source">The source that the bridge's events come by.</param>
    /// <param name="clock">The time of the recording.</param>
    /// <param name="note">Takes a sentence when something was missed.</param>
    public BridgeWatch(SessionSource source, RecordingClock clock, Action<string> note) => _watching = WatchAsync(source, clock, note);

    async Task WatchAsync(SessionSource source, RecordingClock clock, Action<string> note)
    {
        var (since, rearmings, before) = (clock.Now, 0, 0);
        while (rearmings < Limits.Rearmings && await PauseAsync())
        {
            var without = source.UnbridgedRequests;
            if (without == 0) since = clock.Now;
            var stayAway = before >= RequestsWithout && without > before;
            before = source.Request.Providers.Any(p => p.Name == ActivitySpec.Provider) ? without : 0; // Under pressure it may not be asked for.
            if (!stayAway) continue;
            rearmings++;
            before = 0;
            var failure = await source.RearmAsync(CancellationToken.None);
            note($"no activities from {since} to {clock.Now}: another tool took the arguments of DiagnosticSource; {Outcome(failure)}");
        }
    }

    static string Outcome(AttachFailure? failure) => failure is null ? "the session was begun anew to bring them back" : $"they could not be brought back: {failure.Message}";

    // False when it is over.
    async Task<bool> PauseAsync()
    {
        await Task.Delay(LookMillis, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_stop.IsCancellationRequested;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
    }
}
