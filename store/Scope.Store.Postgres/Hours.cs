// Time is cut into hours of UTC, and every hour has its own tables; see Schema/001_warm.sql.
using Npgsql;
using Scope.Events;

namespace Scope.Store.Postgres;

/// <summary>An hour of UTC, counted from 1970.</summary>
readonly record struct Hour(long Number) : IComparable<Hour>
{
    /// <summary>Its length.</summary>
    public const long Nanos = 3_600_000_000_000;

    /// <summary>The hour that an instant is in.</summary>
    public static Hour Of(EventTime time) => new(Math.DivRem(time.UnixNanos, Nanos) is var (hour, rest) && rest < 0 ? hour - 1 : hour);

    /// <summary>When it begins.</summary>
    public EventTime Start => new(Number * Nanos);

    /// <summary>When it is over.</summary>
    public EventTime End => new((Number + 1) * Nanos);

    /// <summary>The hour of a table's name, such as event_20261121_16; null for another table.</summary>
    public static Hour? OfLeaf(string leaf) =>
        leaf.Length > Format.Length && DateTime.TryParseExact(leaf.AsSpan(leaf.Length - Format.Length), Format, null, System.Globalization.DateTimeStyles.AssumeUniversal | System.Globalization.DateTimeStyles.AdjustToUniversal, out var start)
            ? Of(EventTime.From(start)) : null;

    const string Format = "yyyyMMdd_HH";

    /// <summary>Whether the left is earlier.</summary>
    public static bool operator <(Hour left, Hour right) => left.Number < right.Number;

    /// <summary>Whether the left is later.</summary>
    public static bool operator >(Hour left, Hour right) => left.Number > right.Number;

    /// <summary>Whether the left is not later.</summary>
    public static bool operator <=(Hour left, Hour right) => left.Number <= right.Number;

    /// <summary>Whether the left is not earlier.</summary>
    public static bool operator >=(Hour left, Hour right) => left.Number >= right.Number;

    /// <summary>As in the names of its tables.</summary>
    public override string ToString() => Start.ToInstant().ToDateTimeUtc().ToString(Format, System.Globalization.CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public int CompareTo(Hour other) => Number.CompareTo(other.Number);
}

/// <summary>Makes the tables of hours before rows come for them.</summary>
static class HourTables
{
    /// <summary>Where rows lie as they were shipped, in the order in which they are locked.</summary>
    public static readonly string[] Raw = ["event", "loose"];

    /// <summary>The name of an hour's table.</summary>
    public static string Leaf(string parent, Hour hour) => $"{parent}_{hour}";

    /// <summary>Makes what is missing.</summary>
    public static async Task MakeAsync(NpgsqlConnection connection, IEnumerable<Hour> hours, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select scope.make_hours($1, $2)", connection) { Parameters = { new() { Value = Raw }, new() { Value = hours.Select(h => h.Number).ToArray() } } };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
