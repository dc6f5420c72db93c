// From a stream's own clock to Unix nanoseconds. A nettrace header gives its wall clock in milliseconds only, so two
// sessions of one process would disagree by up to one; on this machine we therefore use the recording's clock for all streams.
using System.Diagnostics;
using Scope.Attach.Nettrace;
using Scope.Events;

namespace Scope.Attach.Translate;

/// <summary>Translates ticks of one stream to instants. All live clocks of a recording agree to the nanosecond.</summary>
public sealed class StreamClock
{
    const long AgreementNanos = 100_000_000; // Past this the target's ticks are not ours: another machine or time namespace.

    readonly RecordingClock? _recording;
    bool _isOurs;
    long _baseTicks, _baseNanos, _ticksPerSecond = 1_000_000_000, _nanosPerTick = 1;

    StreamClock(RecordingClock? recording, bool isOurs) => (_recording, _isOurs) = (recording, isOurs);

    /// <summary>A clock for a process on this machine.</summary>
    public static StreamClock Live(RecordingClock recording) => new(recording, isOurs: false);

    /// <summary>The clock of everything on this machine that counts in ticks of Stopwatch.</summary>
    public static StreamClock OfMachine(RecordingClock recording) => new(recording, isOurs: true);

    /// <summary>A clock for a recorded file, right to the millisecond of its header.</summary>
    public static StreamClock Recorded() => new(null, isOurs: false);

    /// <summary>The instant of a tick.</summary>
    public EventTime At(long ticks) => _isOurs ? _recording!.At(ticks)
        : _nanosPerTick != 0 ? new(_baseNanos + (ticks - _baseTicks) * _nanosPerTick)
        : new(_baseNanos + (long)((Int128)(ticks - _baseTicks) * 1_000_000_000 / _ticksPerSecond));

    /// <summary>Learns the stream's clock from its header.</summary>
    public void Begin(NettraceHeader header)
    {
        _ticksPerSecond = Math.Max(header.TicksPerSecond, 1);
        _nanosPerTick = 1_000_000_000 % _ticksPerSecond == 0 ? 1_000_000_000 / _ticksPerSecond : 0;
        (_baseTicks, _baseNanos) = (header.StartTicks, EventTime.From(header.StartUtc).UnixNanos);
        if (_recording is null) return;
        // The wall clock may have been set since the recording began, and even since this stream did.
        var (ahead, ofHeader) = (_recording.WallAheadNanos, _baseNanos - _recording.At(_baseTicks).UnixNanos);
        _isOurs = _ticksPerSecond == Stopwatch.Frequency && (Math.Abs(ofHeader) <= AgreementNanos || Math.Abs(ofHeader - ahead) <= AgreementNanos);
        _baseNanos -= ahead;
    }
}
