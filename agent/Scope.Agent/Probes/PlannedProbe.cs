// A probe that is worked out for one method: what the native part is asked for, and how to read what comes back.
using Scope.Code.Probing;
using Scope.Hooks.Wire;

namespace Scope.Agent.Probes;

/// <summary>A part of a log line.</summary>
/// <param name="Text">A text; "" where a value stands.</param>
/// <param name="Value">The value; null for a text.</param>
readonly record struct LinePart(string Text, ValueForm? Value);

/// <summary>A probe to be armed.</summary>
/// <param name="Spec">What was asked for.</param>
/// <param name="Method">The method.</param>
/// <param name="Order">What the native part is asked for.</param>
sealed record PlannedProbe(ProbeSpec Spec, FoundMethod Method, ProbeOrder Order)
{
    /// <summary>Its id.</summary>
    public uint Id => Order.Probe;

    /// <summary>The arguments.</summary>
    public IReadOnlyList<ValueForm> Arguments { get; init; } = [];

    /// <summary>The values that were asked for by name.</summary>
    public IReadOnlyList<ValueForm> Captures { get; init; } = [];

    /// <summary>The log line; empty for none.</summary>
    public IReadOnlyList<LinePart> Log { get; init; } = [];

    /// <summary>What it returns.</summary>
    public ValueForm? Returned { get; init; }

    /// <summary>The message of the exception that leaves it.</summary>
    public ValueForm? Message { get; init; }

    /// <summary>The object's fields, looked at before and after.</summary>
    public IReadOnlyList<ValueForm> State { get; init; } = [];

    /// <summary>How an async method's parts belong together; null for others.</summary>
    public AsyncForm? Async { get; init; }

    /// <summary>Whether it is there because the method is called below the one that was asked for.</summary>
    public bool IsBelow { get; init; }

    /// <summary>Whether it only sees values that another one follows.</summary>
    public bool IsSource { get; init; }

    /// <summary>Whether its hits are counted here: the target counts the parts of an async method, and calls with whatever value.</summary>
    public bool IsCountedHere => Async is not null || Spec.FollowsValue;

    /// <summary>What could not be looked at, and why.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether it stands at a place in the method and not around it.</summary>
    public bool IsLine => Order.Flags.HasFlag(ProbeFlags.Line);
}

/// <summary>What is read of an async method's state machine in each of its parts.</summary>
/// <param name="State">The capture of its state: -1 at its beginning, -2 when it is done, else the await that it waits in.</param>
/// <param name="Task">The capture of its task's address, by which its parts are known; null where it has none.</param>
/// <param name="Thrown">The capture of the type of the exception that it caught for its task; null where it catches none.</param>
/// <param name="LeastElapsedNanos">What the whole must have taken at least; 0 for any.</param>
sealed record AsyncForm(int State, int? Task, int? Thrown, long LeastElapsedNanos);
