// The ring of a source that seldom has anything to say. It promises again and again that nothing older will come, because the
// merge would wait for it otherwise.
using Scope.Events;
using Scope.Pipeline.Ring;

namespace Scope.Agent.Sources;

static class QuietRing
{
    const int TickMillis = 50; // How far such a source may hold the merge back.

    /// <summary>Keeps the promise until it is stopped, and looks a last time then. The ring has no other writer meanwhile.</summary>
    /// <param name="ring">The ring.</param>
    /// <param name="clock">The time of the recording.</param>
    /// <param name="tell">Puts into the ring what there is to say at an instant, with that as its time.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task RunAsync(EventRing ring, RecordingClock clock, Action<EventTime> tell, CancellationToken stop)
    {
        for (var isLast = false; !isLast;)
        {
            isLast = stop.IsCancellationRequested;
            var now = clock.Now;
            tell(now);
            ring.Advance(now);
            if (!isLast) await Task.Delay(TickMillis, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
