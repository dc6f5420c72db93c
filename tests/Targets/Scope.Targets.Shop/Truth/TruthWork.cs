// The work that truth runs do after each hop: throw and catch, or keep the processor busy between two markers.
using System.Diagnostics;

namespace Scope.Targets.Shop.Truth;

/// <summary>Throws and burns, and says for whom.</summary>
public sealed class TruthWork(TruthLog truth)
{
    const int BurnMillis = 25; // Two or three samples of the runtime's sampler.

    /// <summary>Throws an exception that names its span, and swallows it.</summary>
    public void Throw()
    {
        try
        {
            throw new InvalidOperationException(truth.Stamp("on purpose"));
        }
        catch (InvalidOperationException)
        {
            // The exception is the point.
        }
    }

    /// <summary>Keeps the processor busy for the current span.</summary>
    public void Burn()
    {
        TruthEvents.Log.BurnBegan(TruthLog.Span, TruthLog.Thread);
        long start = Stopwatch.GetTimestamp();
        double value = start;
        while (Stopwatch.GetElapsedTime(start).TotalMilliseconds < BurnMillis)
            for (int i = 0; i < 2_000; i++)
                value = Math.Sqrt(value + i) * 1.0001;
        truth.Burnt(start, Stopwatch.GetTimestamp());
        TruthEvents.Log.BurnEnded(TruthLog.Span, TruthLog.Thread);
        GC.KeepAlive(value);
    }
}
