// JSON for machines: one way to write it, for every verb.
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Scope.Agent;

static class JsonOut
{
    static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        // For terminals and pipes, not for HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a value as indented JSON and a line end.</summary>
    public static void Write<T>(TextWriter into, T value) => into.WriteLine(JsonSerializer.Serialize(value, Options));
}
