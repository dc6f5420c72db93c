// What the DiagnosticSource bridge is told to write: of each Activity, and of the end of each request. Measured rules:
//   -Record     lets libraries fill in tags (SQL text, URL, status) without marking the Activity as recorded. Without a
//               suffix the mark is set, and an application that exports a tenth of its spans by OpenTelemetry exports
//               them all (8,000 instead of 800); with it the exports stay as they were, to the span. -Propagate does
//               too, but then HttpClient, Npgsql and others write no tags.
//   one [AS]*   the bridge honours a single wildcard for activity sources, and before it a line for a source by its name.
//   EndRequest  HttpRequestIn has no tags on .NET 10. This event of the same listener has status and route values, and
//               comes as the Activity ends: so its start is all that is asked of the Activity itself. A request that
//               ends in an exception has UnhandledException in its place.
//   no [AS]*    where something in the process samples by the parent and exports: an activity that only we want and that
//               begins a trace is not recorded, and takes what would have been exported along (214 instead of 402). So there
//               only sources of calls are named, which are nobody's parent in the process, and requests, which are made anyway.
//   events      cost most (some 0.7 µs in a tight loop, twice that in a service), then fields that are made to text at the
//               start and at the end (0.2 µs each). Id, one text that an Activity keeps, is a field less than TraceId; SpanId.
namespace Scope.Attach.Profiles;

/// <summary>The arguments of the DiagnosticSource bridge.</summary>
public static class ActivitySpec
{
    /// <summary>The bridge's name.</summary>
    public const string Provider = "Microsoft-Diagnostics-DiagnosticSource";

    /// <summary>Events (0x2), and none of the bridge's built-in specs (0x800).</summary>
    public const ulong Keywords = 0x802;

    /// <summary>The source of requests' activities, and the listener that tells how they end: in an event named "Event" of the
    /// bridge, with the arguments Id (the request's own, "00-trace-span-flags"), StatusCode ("200") and Route (the route
    /// values, "[action, Get],[id, 7]": with the path they make the route).</summary>
    public const string RequestSource = "Microsoft.AspNetCore", RequestEndEvent = "Microsoft.AspNetCore.Hosting.EndRequest";

    /// <summary>What the listener tells instead when the request ended in an exception: Id; the server answers 500.</summary>
    public const string RequestFailedEvent = "Microsoft.AspNetCore.Hosting.UnhandledException";

    const string Everything = "[AS]*";

    static readonly string[] Calls = ["System.Net.Http", "Npgsql", "MySqlConnector", "Grpc.Net.Client", "RabbitMQ.Client.Publisher", "Elastic.Transport"];

    const string Activities = Everything + "/-Record:-Id;ParentSpanId;DisplayName;Kind;DurationTicks=Duration.Ticks;Status;Tags=TagObjects.*Enumerate";
    const string PlainActivities = Everything + "/-Record:-Id;ParentSpanId;DisplayName;Kind;DurationTicks=Duration.Ticks;Status";
    const string EventsAndLinks = ";StatusDescription;Events=Events.*Enumerate;Links=Links.*Enumerate";

    // ParentId, not ParentSpanId: of a request that nobody sent on it is null and costs nothing.
    const string Requests = "\n[AS]" + RequestSource + "/Start-Record:-Id;ParentId"
        + "\n" + RequestSource + "/" + RequestEndEvent + ":-Id=*Activity.Id;StatusCode=httpContext.Response.StatusCode;Route=httpContext.Request.RouteValues.*Enumerate" + Since
        + "\n" + RequestSource + "/" + RequestFailedEvent + ":-Id=*Activity.Id" + Since;

    // For those that began before we came.
    const string Since = ";StartTimeTicks=*Activity.StartTimeUtc.Ticks";

    /// <summary>Activities with their tags, and the ends of requests.</summary>
    public const string Arguments = "FilterAndPayloadSpecs=\"" + Activities + Requests + "\"";

    /// <summary>The same, without tags.</summary>
    public const string PlainArguments = "FilterAndPayloadSpecs=\"" + PlainActivities + Requests + "\"";

    /// <summary>The same, with the events and links of each activity.</summary>
    public const string DeepArguments = "FilterAndPayloadSpecs=\"" + Activities + EventsAndLinks + Requests + "\"";

    /// <summary>The same of requests and calls alone, for a process that exports by decisions of its own: they stay as they are, to the span.</summary>
    public static string BesideExporter(string arguments)
    {
        int from = arguments.IndexOf(Everything, StringComparison.Ordinal), end = arguments.IndexOf('\n');
        return from < 0 || end < from ? arguments : arguments[..from] + string.Join('\n', Calls.Select(source => $"[AS]{source}{arguments[(from + Everything.Length)..end]}")) + arguments[end..];
    }

    /// <summary>The arguments without tags, of the same sources.</summary>
    internal static string Plain(string arguments) => arguments.Contains(Everything, StringComparison.Ordinal) ? PlainArguments : BesideExporter(PlainArguments);
}
