// Clock ticks since boot as wall-clock time: the kernel tells when processes start by that clock.
using Scope.Events;

namespace Scope.Attach.Processes;

/// <summary>Converts the kernel's clock ticks.</summary>
static class BootClock
{
    /// <summary>Ticks a second in what /proc tells: fixed at 100 for user space on every architecture of Linux that .NET runs on.</summary>
    public const int TicksPerSecond = 100;

    const long NanosPerTick = 1_000_000_000L / TicksPerSecond;

    // The boot clock and the wall clock read at once; taken anew each time, because the wall clock may be set.
    /// <summary>The wall-clock time of a number of ticks since boot.</summary>
    public static EventTime At(long ticks)
    {
        var uptime = ProcFs.ReadText("/proc/uptime")?.Split(' ')[0];
        if (!decimal.TryParse(uptime, System.Globalization.CultureInfo.InvariantCulture, out var seconds)) return EventTime.Min;
        return EventTime.Now - (long)(seconds * 1_000_000_000m) + ticks * NanosPerTick;
    }

    /// <summary>Nanoseconds of a number of ticks.</summary>
    public static long Nanos(long ticks) => ticks * NanosPerTick;
}
