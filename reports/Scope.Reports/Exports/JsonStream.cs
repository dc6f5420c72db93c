// JSON that goes out while it is made: no export holds its file in memory.
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Scope.Reports.Exports;

/// <summary>A JSON writer that hands its bytes on as soon as there are enough.</summary>
sealed class JsonStream(Stream stream) : IDisposable
{
    const int FlushBytes = 1 << 16;

    /// <summary>The writer.</summary>
    public Utf8JsonWriter Json { get; } = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    /// <summary>To be called after each element.</summary>
    public void Breathe()
    {
        if (Json.BytesPending >= FlushBytes) Json.Flush();
    }

    /// <inheritdoc/>
    public void Dispose() => Json.Dispose();
}
