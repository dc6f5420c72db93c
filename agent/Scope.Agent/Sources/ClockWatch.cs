// Looks whether the wall clock has left the recording's: it was set, or the machine slept. The recording goes on by its own
// clock, so that its order is kept; that its times are no longer those of the wall is told in the ledger and in a note.
using Scope.Events;

namespace Scope.Agent.Sources;

/// <summary>Looks once a second until it is disposed.</summary>
sealed class ClockWatch : IAsyncDisposable
{
    const int LookMillis = 1000;
    const long JumpNanos = 500_000_000; // What reading two clocks on a busy machine never takes.

    readonly CancellationTokenSource _stop = new();
    readonly Task _watching;
    volatile bool _hasJumped;

    /// <param name="clock">The recording's clock.</param>
    /// <param name="ledger">The recording's account.</param>
    /// <param name="note">Takes a sentence for each jump.</param>
    public ClockWatch(RecordingClock clock, Ledger ledger, Action<string> note) => _watching = WatchAsync(clock, ledger, note);

    /// <summary>Whether the wall clock is no longer the recording's.</summary>
    public bool HasJumped => _hasJumped;

    async Task WatchAsync(RecordingClock clock, Ledger ledger, Action<string> note)
    {
        for (var (known, before) = (0L, clock.Now); !_stop.IsCancellationRequested; before = clock.Now)
        {
            var ahead = clock.WallAheadNanos;
            if (Math.Abs(ahead - known) > JumpNanos)
            {
                var what = FormattableString.Invariant($"the machine's clock jumped by {(ahead - known) / 1e9:+0.0;-0.0} s");
                ledger.Lost(LossSource.Clock, what, before, clock.Now, 1);
                note($"{what} at {clock.Now}: it was set, or the machine slept. Times of this recording go on by the clock that it began with, so that their order is right");
                known = ahead;
            }
            _hasJumped = Math.Abs(ahead) > JumpNanos;
            await Task.Delay(LookMillis, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
    }
}
