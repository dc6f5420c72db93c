// JSON Lines: one event a line, for jq and for every log pipeline.
using Scope.Store;

namespace Scope.Reports.Exports;

/// <summary>Writes the events that match, one JSON object a line.</summary>
public static class NdjsonExport
{
    /// <summary>Writes the events.</summary>
    public static void Write(IHistory history, EventQuery query, Stream output)
    {
        using var stream = new JsonStream(output);
        history.Visit(query, (Events.EventId id, in Events.ScopeEvent e) =>
        {
            EventJson.Write(stream.Json, history.Catalog, id, e);
            stream.Json.Flush();
            stream.Json.Reset();
            output.WriteByte((byte)'\n');
            return true;
        });
    }
}
