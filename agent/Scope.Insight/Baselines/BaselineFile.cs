// A baseline as a file: JSON, with each measure's histogram as pairs of value and count. Schema 1: fields are added, never renamed.
using System.Text.Json;
using Scope.Events;

namespace Scope.Insight.Baselines;

/// <summary>Reads and writes baselines.</summary>
public static class BaselineFile
{
    /// <summary>The version of the schema.</summary>
    public const int Schema = 1;

    /// <summary>Writes a baseline.</summary>
    public static void Write(Stream into, Baseline baseline)
    {
        using var json = new Utf8JsonWriter(into);
        json.WriteStartObject();
        json.WriteNumber("schema", Schema);
        json.WriteString("name", baseline.Name);
        json.WriteString("target", baseline.Target);
        json.WriteNumber("seconds", baseline.Seconds);
        json.WriteStartArray("measures");
        foreach (var measure in baseline.Measures) Write(json, measure);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Reads a baseline; null when it is none that we know, with the reason.</summary>
    public static Baseline? Read(Stream from, out string problem)
    {
        problem = "";
        try
        {
            using var document = JsonDocument.Parse(from);
            var root = document.RootElement;
            if (root.GetProperty("schema").GetInt32() is var schema and not Schema)
            {
                problem = $"it has schema {schema}, and this Scope knows schema {Schema}";
                return null;
            }
            return new(root.GetProperty("name").GetString()!, root.GetProperty("target").GetString()!, root.GetProperty("seconds").GetDouble(),
                [.. root.GetProperty("measures").EnumerateArray().Select(ReadMeasure)]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            problem = $"it is not a baseline: {e.Message}";
            return null;
        }
    }

    static void Write(Utf8JsonWriter json, Measure measure)
    {
        json.WriteStartObject();
        json.WriteString("what", measure.What);
        json.WriteString("name", measure.Name);
        json.WriteString("unit", measure.Unit);
        json.WriteStartArray("values");
        foreach (var (value, count) in measure.Values.Filled)
        {
            json.WriteNumberValue(value);
            json.WriteNumberValue(count);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static Measure ReadMeasure(JsonElement measure)
    {
        var sketch = new LatencySketch();
        var values = measure.GetProperty("values").EnumerateArray().Select(v => v.GetInt64()).ToArray();
        for (var i = 0; i + 1 < values.Length; i += 2) sketch.Add(values[i], (int)Math.Clamp(values[i + 1], 0, int.MaxValue));
        return new(measure.GetProperty("what").GetString()!, measure.GetProperty("name").GetString()!, measure.GetProperty("unit").GetString()!, sketch);
    }
}
