// One clock for all events: nanoseconds since the Unix epoch, UTC, in one long. Sources translate their own clock to it
// as they decode, so that events of two sessions or two processes compare. NodaTime is used at the edges only.
using NodaTime;

namespace Scope.Events;

/// <summary>An instant in nanoseconds since 1970-01-01 UTC; good until the year 2262.</summary>
public readonly record struct EventTime(long UnixNanos) : IComparable<EventTime>
{
    /// <summary>Before every event.</summary>
    public static EventTime Min => new(long.MinValue);

    /// <summary>After every event.</summary>
    public static EventTime Max => new(long.MaxValue);

    /// <summary>The time now by the machine's clock.</summary>
    public static EventTime Now => new((DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100);

    /// <summary>For showing and for arithmetic with calendars.</summary>
    public Instant ToInstant() => NodaConstants.UnixEpoch.PlusNanoseconds(UnixNanos);

    /// <summary>From NodaTime.</summary>
    public static EventTime From(Instant instant) => new(instant.ToUnixTimeTicks() * 100 + NanosBelowTick(instant));

    /// <summary>From a UTC date and time.</summary>
    public static EventTime From(DateTime utc) => new((utc - DateTime.UnixEpoch).Ticks * 100);

    /// <inheritdoc/>
    public int CompareTo(EventTime other) => UnixNanos.CompareTo(other.UnixNanos);

    /// <summary>Later by a number of nanoseconds.</summary>
    public static EventTime operator +(EventTime time, long nanos) => new(time.UnixNanos + nanos);

    /// <summary>Earlier by a number of nanoseconds.</summary>
    public static EventTime operator -(EventTime time, long nanos) => new(time.UnixNanos - nanos);

    /// <summary>Nanoseconds from one instant to another.</summary>
    public static long operator -(EventTime later, EventTime earlier) => later.UnixNanos - earlier.UnixNanos;

    /// <summary>Whether the left is earlier.</summary>
    public static bool operator <(EventTime left, EventTime right) => left.UnixNanos < right.UnixNanos;

    /// <summary>Whether the left is later.</summary>
    public static bool operator >(EventTime left, EventTime right) => left.UnixNanos > right.UnixNanos;

    /// <summary>Whether the left is not later.</summary>
    public static bool operator <=(EventTime left, EventTime right) => left.UnixNanos <= right.UnixNanos;

    /// <summary>Whether the left is not earlier.</summary>
    public static bool operator >=(EventTime left, EventTime right) => left.UnixNanos >= right.UnixNanos;

    /// <summary>ISO 8601 with nanoseconds.</summary>
    public override string ToString() => NodaTime.Text.InstantPattern.ExtendedIso.Format(ToInstant());

    static long NanosBelowTick(Instant instant) => (instant - Instant.FromUnixTimeTicks(instant.ToUnixTimeTicks())).NanosecondOfDay;
}
