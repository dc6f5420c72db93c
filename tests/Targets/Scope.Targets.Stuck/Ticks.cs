// How long the target stood still, as it felt it itself.
using System.Diagnostics;

namespace Scope.Targets.Stuck;

sealed class Ticks
{
    long _longest;

    public Ticks() => new Thread(Run) { IsBackground = true, Name = "ticks", Priority = ThreadPriority.Highest }.Start();

    public string Reset()
    {
        Interlocked.Exchange(ref _longest, 0);
        return "ok";
    }

    /// <summary>In microseconds.</summary>
    public string LongestGap() => (Interlocked.Read(ref _longest) * 1_000_000 / Stopwatch.Frequency).ToString();

    void Run()
    {
        var last = Stopwatch.GetTimestamp();
        while (true)
        {
            Thread.Sleep(1);
            var now = Stopwatch.GetTimestamp();
            if (now - last > Interlocked.Read(ref _longest)) Interlocked.Exchange(ref _longest, now - last);
            last = now;
        }
    }
}
