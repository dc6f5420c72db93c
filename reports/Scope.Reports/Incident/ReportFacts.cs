// What a report tells besides the history: whose it is, what recording it cost, and how to get it again.
using Scope.Code;
using Scope.Events;
using Scope.Store.Recordings;

namespace Scope.Reports.Incident;

/// <summary>What the recorder knows and the history does not.</summary>
public sealed record ReportFacts
{
    /// <summary>The process that was recorded.</summary>
    public required TargetInfo Target { get; init; }

    /// <summary>What was captured and what was lost, at the end of the recording.</summary>
    public required LedgerSummary Ledger { get; init; }

    /// <summary>What Scope itself used; null when nobody measured, as for an imported file.</summary>
    public RecordingCost? Cost { get; init; }

    /// <summary>The command that makes such a recording again.</summary>
    public required string Command { get; init; }

    /// <summary>Where the recording lies, "" when there is none.</summary>
    public string RecordingPath { get; init; } = "";

    /// <summary>The profile or the file that the events came from.</summary>
    public string Source { get; init; } = "";

    /// <summary>Who knows whose code a method is; when null, what the recording itself tells.</summary>
    public CodePlaces? Code { get; init; }

    /// <summary>The version of Scope that wrote the report.</summary>
    public string ScopeVersion { get; init; } = typeof(ReportFacts).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>What a reader has to know before he trusts a number: what the source cannot tell, what was turned down.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
