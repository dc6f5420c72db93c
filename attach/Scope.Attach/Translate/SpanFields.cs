// What a field of a span means, whoever names it: arguments that the bridge was asked for, and tags by the names that
// OpenTelemetry gives them now or gave them once.
using System.Collections.Frozen;

namespace Scope.Attach.Translate;

/// <summary>The meaning of a span's field.</summary>
enum SpanField : byte
{
    /// <summary>None that we use: kept as a tag.</summary>
    Other,
    TraceId,
    SpanId,
    ParentSpanId,
    /// <summary>Trace and span in one text: 00-trace-span-flags.</summary>
    Id,
    /// <summary>The same of the parent.</summary>
    ParentId,
    DisplayName,
    Kind,
    DurationTicks,
    /// <summary>When it began, in UTC ticks of .NET.</summary>
    StartTicks,
    Status,
    StatusDescription,
    Tags,
    /// <summary>Told by the event itself or of no use.</summary>
    Ignored,
    Method,
    Path,
    /// <summary>A route; of the event that ends a request, what its path holds in place of the route's parameters: "[id, 5],[name, x]".</summary>
    Route,
    StatusCode,
    Url,
    Host,
    Sql,
    /// <summary>How many there are.</summary>
    Count,
}

/// <summary>The names of fields.</summary>
static class SpanFields
{
    static readonly FrozenDictionary<string, SpanField> ByName = new Dictionary<string, SpanField>
    {
        ["TraceId"] = SpanField.TraceId,
        ["SpanId"] = SpanField.SpanId,
        ["ParentSpanId"] = SpanField.ParentSpanId,
        ["Id"] = SpanField.Id,
        ["ParentId"] = SpanField.ParentId,
        ["DisplayName"] = SpanField.DisplayName,
        ["Kind"] = SpanField.Kind,
        ["DurationTicks"] = SpanField.DurationTicks,
        ["ActivityDuration"] = SpanField.DurationTicks,
        ["Status"] = SpanField.Status,
        ["StatusDescription"] = SpanField.StatusDescription,
        ["Tags"] = SpanField.Tags,
        ["StartTimeTicks"] = SpanField.StartTicks,
        ["ActivitySourceName"] = SpanField.Ignored,
        ["Method"] = SpanField.Method,
        ["RequestMethod"] = SpanField.Method,
        ["http.request.method"] = SpanField.Method,
        ["http.method"] = SpanField.Method,
        ["Path"] = SpanField.Path,
        ["RequestPath"] = SpanField.Path,
        ["url.path"] = SpanField.Path,
        ["http.target"] = SpanField.Path,
        ["Route"] = SpanField.Route,
        ["RawText"] = SpanField.Route,
        ["http.route"] = SpanField.Route,
        ["StatusCode"] = SpanField.StatusCode,
        ["ResponseStatusCode"] = SpanField.StatusCode,
        ["http.response.status_code"] = SpanField.StatusCode,
        ["http.status_code"] = SpanField.StatusCode,
        ["RequestUri"] = SpanField.Url,
        ["url.full"] = SpanField.Url,
        ["http.url"] = SpanField.Url,
        ["Host"] = SpanField.Host,
        ["server.address"] = SpanField.Host,
        ["net.peer.name"] = SpanField.Host,
        ["CommandText"] = SpanField.Sql,
        ["db.query.text"] = SpanField.Sql,
        ["db.statement"] = SpanField.Sql,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenDictionary<string, SpanField>.AlternateLookup<ReadOnlySpan<char>> BySpan = ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The meaning of a field's name.</summary>
    public static SpanField Of(ReadOnlySpan<char> name) => BySpan.TryGetValue(name, out var field) ? field : SpanField.Other;
}
