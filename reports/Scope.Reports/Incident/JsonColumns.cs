// Short forms for writing columns: an array of numbers or of texts under a key, and what is shown of durations.
using System.Text.Json;
using Scope.Events;

namespace Scope.Reports.Incident;

static class JsonColumns
{
    /// <summary>Writes an array of whole numbers.</summary>
    public static void Numbers(this Utf8JsonWriter data, string key, IEnumerable<long> values)
    {
        data.WriteStartArray(key);
        foreach (var value in values) data.WriteNumberValue(value);
        data.WriteEndArray();
    }

    /// <summary>Writes a column of a list of rows.</summary>
    public static void Numbers<T>(this Utf8JsonWriter data, string key, IReadOnlyList<T> rows, Func<T, long> value) => data.Numbers(key, rows.Select(value));

    /// <summary>Writes an array of texts.</summary>
    public static void Strings(this Utf8JsonWriter data, string key, IEnumerable<string> values)
    {
        data.WriteStartArray(key);
        foreach (var value in values) data.WriteStringValue(value);
        data.WriteEndArray();
    }

    /// <summary>Writes what is shown of durations, in nanoseconds.</summary>
    public static void Quantiles(this Utf8JsonWriter data, LatencySketch durations)
    {
        data.WriteNumber("p50", durations.Quantile(0.5));
        data.WriteNumber("p99", durations.Quantile(0.99));
        data.WriteNumber("max", durations.MaxNanos);
    }
}
