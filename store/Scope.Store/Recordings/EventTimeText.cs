// Times in the JSON files of a recording: ISO 8601 with nanoseconds, null for a time that is not known.
using System.Text.Json;
using System.Text.Json.Serialization;
using Scope.Events;

namespace Scope.Store.Recordings;

/// <summary>Writes and reads times as text.</summary>
sealed class EventTimeText : JsonConverter<EventTime>
{
    public override EventTime Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Null) return EventTime.Min;
        var parsed = NodaTime.Text.InstantPattern.ExtendedIso.Parse(reader.GetString() ?? "");
        if (!parsed.Success) throw new JsonException($"{reader.GetString()} is no time");
        return EventTime.From(parsed.Value);
    }

    public override void Write(Utf8JsonWriter writer, EventTime value, JsonSerializerOptions options)
    {
        if (value == EventTime.Min) writer.WriteNullValue();
        else writer.WriteStringValue(value.ToString());
    }

    public override bool HandleNull => true;
}
