// The clock of one recording. The wall clock is read once, at its beginning; from then on the machine's steady ticks tell the
// time, which are also those that runtimes and collectors stamp their events with. So a wall clock that is set by an hour
// meanwhile, or a machine that slept, puts nothing out of order; how far the two are apart can be asked, and is told.
namespace Scope.Events;

/// <summary>Tells the time of one recording. Safe for any number of threads.</summary>
public sealed class RecordingClock
{
    const int Tries = 16;

    readonly TimeProvider _machine;
    readonly long _baseTicks, _baseNanos, _nanosPerTick;

    /// <param name="machine">The machine's clocks: its ticks, and the wall clock.</param>
    public RecordingClock(TimeProvider? machine = null)
    {
        _machine = machine ?? TimeProvider.System;
        _nanosPerTick = 1_000_000_000 % _machine.TimestampFrequency == 0 ? 1_000_000_000 / _machine.TimestampFrequency : 0;
        (_baseTicks, _baseNanos) = ReadBoth();
    }

    /// <summary>The time now.</summary>
    public EventTime Now => At(_machine.GetTimestamp());

    /// <summary>Ticks in a second.</summary>
    public long TicksPerSecond => _machine.TimestampFrequency;

    /// <summary>How far the machine's wall clock is ahead of this one now, ns: 0 but for the fineness of reading unless it was set or the machine slept.</summary>
    public long WallAheadNanos
    {
        get
        {
            var (ticks, nanos) = ReadBoth();
            return nanos - At(ticks).UnixNanos;
        }
    }

    /// <summary>The instant of a tick of this machine.</summary>
    public EventTime At(long ticks) => _nanosPerTick != 0
        ? new(_baseNanos + (ticks - _baseTicks) * _nanosPerTick)
        : new(_baseNanos + (long)((Int128)(ticks - _baseTicks) * 1_000_000_000 / _machine.TimestampFrequency));

    // The pair that was read in the shortest time is the one that nothing interrupted.
    (long Ticks, long UnixNanos) ReadBoth()
    {
        (long Ticks, long UnixNanos) best = default;
        var shortest = long.MaxValue;
        for (var i = 0; i < Tries; i++)
        {
            var before = _machine.GetTimestamp();
            var now = EventTime.From(_machine.GetUtcNow().UtcDateTime).UnixNanos;
            var took = _machine.GetTimestamp() - before;
            if (took >= shortest) continue;
            (shortest, best) = (took, (before + took / 2, now));
        }
        return best;
    }
}
