// From a stream's own clock to Unix nanoseconds. A nettrace header gives its wall clock in milliseconds only, so two
// sessions of one process would disagree by up to one; on this machine we therefore use one calibration for all streams.
using System.Diagnostics;
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates ticks of one stream to instants. All live clocks of an agent agree to the nanosecond.</summary>
public sealed class StreamClock
{
    const long AgreementNanos = 100_000_000; // Past this the target's ticks are not ours: another machine or time namespace.

    static readonly (long Ticks, long UnixNanos) Machine = Calibrate();

    readonly bool _live;
    long _baseTicks, _baseNanos, _ticksPerSecond = 1_000_000_000, _nanosPerTick = 1;

    StreamClock(bool live) => _live = live;

    /// <summary>A clock for a process on this machine.</summary>
    public static StreamClock Live() => new(live: true);

    /// <summary>The clock of everything on this machine that counts in ticks of Stopwatch.</summary>
    public static StreamClock OfMachine()
    {
        var clock = new StreamClock(live: true);
        clock.Tick(Stopwatch.Frequency);
        (clock._baseTicks, clock._baseNanos) = Machine;
        return clock;
    }

    /// <summary>A clock for a recorded file, right to the millisecond of its header.</summary>
    public static StreamClock Recorded() => new(live: false);

    /// <summary>The instant of a tick.</summary>
    public EventTime At(long ticks) => _nanosPerTick != 0
        ? new(_baseNanos + (ticks - _baseTicks) * _nanosPerTick)
        : new(_baseNanos + (long)((Int128)(ticks - _baseTicks) * 1_000_000_000 / _ticksPerSecond));

    /// <summary>Learns the stream's clock from its header.</summary>
    public void Begin(NettraceHeader header)
    {
        Tick(header.TicksPerSecond);
        (_baseTicks, _baseNanos) = (header.StartTicks, EventTime.From(header.StartUtc).UnixNanos);
        if (!_live || _ticksPerSecond != Stopwatch.Frequency) return;
        var (ticks, nanos) = (_baseTicks, _baseNanos);
        (_baseTicks, _baseNanos) = Machine;
        if (Math.Abs(At(ticks).UnixNanos - nanos) > AgreementNanos) (_baseTicks, _baseNanos) = (ticks, nanos);
    }

    void Tick(long ticksPerSecond)
    {
        _ticksPerSecond = Math.Max(ticksPerSecond, 1);
        _nanosPerTick = 1_000_000_000 % _ticksPerSecond == 0 ? 1_000_000_000 / _ticksPerSecond : 0;
    }

    // The pair that was read in the shortest time is the one that nothing interrupted.
    static (long Ticks, long UnixNanos) Calibrate()
    {
        (long Ticks, long UnixNanos) best = default;
        var shortest = long.MaxValue;
        for (var i = 0; i < 16; i++)
        {
            var before = Stopwatch.GetTimestamp();
            var now = EventTime.Now.UnixNanos;
            var took = Stopwatch.GetTimestamp() - before;
            if (took >= shortest) continue;
            shortest = took;
            best = (before + took / 2, now);
        }
        return best;
    }
}
