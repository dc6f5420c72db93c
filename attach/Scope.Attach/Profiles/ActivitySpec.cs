// What the DiagnosticSource bridge is told to write: of each Activity, and of the end of each request. Measured rules:
//   -Record     lets libraries fill in tags (SQL text, URL, status) without marking the Activity as recorded. Without a
//               suffix the mark is set, and an application that exports a tenth of its spans by OpenTelemetry exports
//               them all (8,000 instead of 800); with it the exports stay as they were, to the span. -Propagate does
//               too, but then HttpClient, Npgsql and others write no tags.
//   one [AS]*   the bridge honours a single wildcard for activity sources.
//   EndRequest  HttpRequestIn has no tags on .NET 10. This event of the same listener has status and route values; of
//               HttpRequestIn.Stop, Start would have to be written too, which costs one more event a request.
namespace Scope.Attach.Profiles;

/// <summary>The arguments of the DiagnosticSource bridge.</summary>
public static class ActivitySpec
{
    /// <summary>The bridge's name.</summary>
    public const string Provider = "Microsoft-Diagnostics-DiagnosticSource";

    /// <summary>Events (0x2), and none of the bridge's built-in specs (0x800).</summary>
    public const ulong Keywords = 0x802;

    /// <summary>The source and the name of the event that ends a request. It is an event named "Event" of the bridge, with the
    /// arguments StatusCode ("200"), Route (the route values, "[action, Get],[id, 7]": with the path they make the route) and
    /// SpanId. A request that ends in an unhandled exception has none; Hosting says UnhandledException then, and the answer was 500.</summary>
    public const string RequestEndSource = "Microsoft.AspNetCore", RequestEndEvent = "Microsoft.AspNetCore.Hosting.EndRequest";

    // Each field is a reflective read and a string in the target, at the start and at the end of every activity: the
    // default has the fewest that findings need.
    const string Activities = "[AS]*/-Record:-TraceId;SpanId;ParentSpanId;DisplayName;Kind;DurationTicks=Duration.Ticks;Status;Tags=TagObjects.*Enumerate";
    const string EventsAndLinks = ";StatusDescription;Events=Events.*Enumerate;Links=Links.*Enumerate";
    const string RequestEnd = "\n" + RequestEndSource + "/" + RequestEndEvent
        + ":-StatusCode=httpContext.Response.StatusCode;Route=httpContext.Request.RouteValues.*Enumerate;SpanId=*Activity.SpanId";

    /// <summary>Activities with their tags, and the ends of requests.</summary>
    public const string Arguments = "FilterAndPayloadSpecs=\"" + Activities + RequestEnd + "\"";

    /// <summary>The same, with the events and links of each activity.</summary>
    public const string DeepArguments = "FilterAndPayloadSpecs=\"" + Activities + EventsAndLinks + RequestEnd + "\"";
}
