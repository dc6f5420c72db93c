// One hit as somebody reads it: a call with what it was passed, what it gave, how long it took, and what it changed; or a
// line that was reached.
namespace Scope.Agent.Probes;

/// <summary>A value of a hit.</summary>
/// <param name="Label">What it is called.</param>
/// <param name="Text">As C# writes it.</param>
readonly record struct ProbedValue(string Label, string Text);

/// <summary>A field that a call changed.</summary>
/// <param name="Label">What it is called.</param>
/// <param name="Before">When the call began.</param>
/// <param name="After">When it ended.</param>
readonly record struct ProbedChange(string Label, string Before, string After);

/// <summary>A hit.</summary>
/// <param name="Probe">The probe.</param>
/// <param name="Thread">The thread that it ended on, as the system numbers it.</param>
/// <param name="BeginTicks">When it began, or the line was reached, in ticks of Stopwatch.</param>
sealed record ProbeCall(PlannedProbe Probe, int Thread, long BeginTicks)
{
    /// <summary>How long it took, ticks; null at a line, and while it is not known.</summary>
    public long? DurationTicks { get; init; }

    /// <summary>Of an async method the time that it ran and did not wait, ticks.</summary>
    public long? RunningTicks { get; init; }

    /// <summary>How often an async method waited.</summary>
    public int Awaits { get; init; }

    /// <summary>How many recorded calls the thread was in, this one included; 0 when not known.</summary>
    public int Depth { get; init; }

    /// <summary>The arguments.</summary>
    public IReadOnlyList<ProbedValue> Arguments { get; init; } = [];

    /// <summary>The values that were asked for.</summary>
    public IReadOnlyList<ProbedValue> Captures { get; init; } = [];

    /// <summary>What it returned; null when nobody asked, or it threw.</summary>
    public string? Returned { get; init; }

    /// <summary>The type of the exception that left it; null for none.</summary>
    public string? Exception { get; init; }

    /// <summary>Its message, when it was asked for.</summary>
    public string? Message { get; init; }

    /// <summary>The log line.</summary>
    public string? Line { get; init; }

    /// <summary>Where a value that it was passed was seen before, when that was asked for.</summary>
    public ValueOrigin? Origin { get; init; }

    /// <summary>What it changed of its object.</summary>
    public IReadOnlyList<ProbedChange> Changes { get; init; } = [];
}
