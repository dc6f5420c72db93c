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

/// <summary>A table of an hour.</summary>
/// <param name="Parent">What it is a part of: event, loose, batch or packed.</param>
/// <param name="Leaf">Its own name.</param>
/// <param name="Hour">The hour.</param>
/// <param name="Bytes">What it takes, indexes counted; 0 when it is empty.</param>
/// <param name="Rows">How many events it has, by estimate; 0 where its rows are not events.</param>
/// <param name="IsAttached">Whether it is read with its parent.</param>
/// <param name="IsHalfDetached">Whether somebody died while detaching it.</param>
/// <param name="IsOurs">Whether the connected user owns it.</param>
readonly record struct HourTable(string Parent, string Leaf, Hour Hour, long Bytes, long Rows, bool IsAttached, bool IsHalfDetached, bool IsOurs);

/// <summary>Makes the tables of hours before rows come for them, and tells which there are.</summary>
static class HourTables
{
    /// <summary>Where rows lie as they were shipped, in the order in which they are locked.</summary>
    public static readonly string[] Raw = ["event", "loose"];

    /// <summary>Where batches lie; who packs an hour makes it too.</summary>
    public static readonly string[] Batches = ["batch"];

    /// <summary>The name of an hour's table.</summary>
    public static string Leaf(string parent, Hour hour) => $"{parent}_{hour}";

    /// <summary>Makes what is missing.</summary>
    public static async Task MakeAsync(NpgsqlConnection connection, string[] parents, IEnumerable<Hour> hours, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select scope.make_hours($1, $2)", connection) { Parameters = { new() { Value = parents }, new() { Value = hours.Select(h => h.Number).ToArray() } } };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>All that there are.</summary>
    public static async Task<List<HourTable>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select parent, leaf, hour, bytes, coalesce(rows, 0), is_attached, is_half_detached, is_ours from scope.hour_table", connection);
        await using var row = await command.ExecuteReaderAsync(cancellation);
        var tables = new List<HourTable>();
        while (await row.ReadAsync(cancellation))
            tables.Add(new(row.GetString(0), row.GetString(1), new(row.GetInt64(2)), row.GetInt64(3), row.GetInt64(4), row.GetBoolean(5), row.GetBoolean(6), row.GetBoolean(7)));
        return tables;
    }
}
