// A finding: a named cause with its culprit, its evidence and a confidence. findings.json is made of these, so a change
// here is a change of a public interface.
using Scope.Events;

namespace Scope.Insight;

/// <summary>How much a finding matters.</summary>
public enum Severity
{
    /// <summary>Good to know.</summary>
    Info,
    /// <summary>Hurts, or will.</summary>
    Warning,
    /// <summary>The service fails or hangs because of it.</summary>
    Critical,
}

/// <summary>A named cause.</summary>
public sealed record Finding
{
    /// <summary>The cause, a word of the vocabulary such as "lock-contention".</summary>
    public required string Cause { get; init; }

    /// <summary>Who is to blame, as written in the source: Namespace.Type.Method, a query, a lock.</summary>
    public required string Culprit { get; init; }

    /// <summary>Others involved, the most involved first.</summary>
    public IReadOnlyList<string> Also { get; init; } = [];

    /// <summary>How much it matters.</summary>
    public required Severity Severity { get; init; }

    /// <summary>How sure we are, from 0 to 1.</summary>
    public required double Confidence { get; init; }

    /// <summary>What happened, in one or two sentences with numbers.</summary>
    public required string Summary { get; init; }

    /// <summary>What to do about it.</summary>
    public required string Advice { get; init; }

    /// <summary>How the culprit was found, and what would refute it.</summary>
    public string Reasoning { get; init; } = "";

    /// <summary>The share of the service's time or requests that it costs, from 0 to 1; ranks findings of equal severity.</summary>
    public double Impact { get; init; }

    /// <summary>Events that show it, the most telling first.</summary>
    public required IReadOnlyList<EventId> Evidence { get; init; }
}

/// <summary>What was found in a window of a history, ranked; no findings means that it looks healthy.</summary>
/// <param name="From">The beginning of the window.</param>
/// <param name="To">The end of the window.</param>
/// <param name="Findings">The findings, the first named first.</param>
public sealed record Diagnosis(EventTime From, EventTime To, IReadOnlyList<Finding> Findings)
{
    /// <summary>What a snapshot taken now would decide, as a cause says that cannot tell without one; "" when none would.</summary>
    public string SnapshotWanted { get; init; } = "";

    /// <summary>Why methods may lack their source lines; null where the files of all modules could be asked.</summary>
    public Failing? CodeUnread { get; init; }
}
