// The dictionaries of a recording: what every handle in an event stands for.
using Scope.Events.Redaction;

namespace Scope.Events;

/// <summary>All dictionaries of one recording. Written by the sources as they decode, read by everyone at any time.</summary>
/// <param name="payloadBytes">The bound of all payloads in memory.</param>
public sealed class Catalog(long payloadBytes = Limits.PayloadStoreBytes)
{
    /// <summary>Processes.</summary>
    public Targets Targets { get; } = new();

    /// <summary>Interned texts.</summary>
    public Names Names { get; } = new();

    /// <summary>OS threads.</summary>
    public Threads Threads { get; } = new();

    /// <summary>Loaded modules.</summary>
    public Modules Modules { get; } = new();

    /// <summary>Methods.</summary>
    public Methods Methods { get; } = new();

    /// <summary>Places in code.</summary>
    public CodeNodes CodeNodes { get; } = new();

    /// <summary>Call stacks.</summary>
    public Stacks Stacks { get; } = new();

    /// <summary>Identities of spans.</summary>
    public Spans Spans { get; } = new();

    /// <summary>Identities of flows.</summary>
    public Flows Flows { get; } = new();

    /// <summary>What takes secrets out of a target's texts before they come in here.</summary>
    public Redactor Redactor { get; init; } = Redactor.BuiltIn;

    /// <summary>The time of the recording: every source stamps by it, whatever the wall clock does meanwhile.</summary>
    public RecordingClock Clock { get; init; } = new();

    /// <summary>Payloads.</summary>
    public Payloads Payloads { get; } = new(payloadBytes);
}
