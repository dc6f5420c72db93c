// What the DiagnosticSource bridge is told to write of each Activity. Two rules that must not be broken:
//   -Propagate  without it the bridge's listener marks every Activity as recorded, and an application that exports a
//               tenth of its spans by OpenTelemetry suddenly exports all of them.
//   one [AS]*   the bridge honours a single wildcard for activity sources.
namespace Scope.Attach.Profiles;

/// <summary>The arguments of the DiagnosticSource bridge.</summary>
public static class ActivitySpec
{
    /// <summary>The bridge's name.</summary>
    public const string Provider = "Microsoft-Diagnostics-DiagnosticSource";

    /// <summary>Events (0x2), and none of the bridge's built-in specs (0x800).</summary>
    public const ulong Keywords = 0x802;

    const string Activities = "[AS]*/-Propagate:-TraceId;SpanId;ParentSpanId;DisplayName;Kind;StartTimeTicks=StartTimeUtc.Ticks;DurationTicks=Duration.Ticks;"
        + "Status;StatusDescription;Tags=TagObjects.*Enumerate;Events=Events.*Enumerate;Links=Links.*Enumerate";

    /// <summary>What the bridge is started with.</summary>
    public const string Arguments = "FilterAndPayloadSpecs=\"" + Activities + "\"";
}
