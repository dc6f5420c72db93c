// A cause that can be found. One small file each in Causes/, which opens by saying what it looks for, in what, how it
// scores, how it names the culprit, what it advises and what would refute it.
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight;

/// <summary>Looks for one cause.</summary>
internal interface ICause
{
    /// <summary>What it finds, mostly nothing; one finding for each separate culprit.</summary>
    IEnumerable<Suspicion> Look(Investigation at);
}

/// <summary>A finding before it is known whether another one explains it.</summary>
internal sealed record Suspicion
{
    /// <summary>What would be said.</summary>
    public required Finding Finding { get; init; }

    /// <summary>The culprit where it is a method.</summary>
    public MethodId Method { get; init; }

    /// <summary>The method whose frames show it, where the culprit has none of its own.</summary>
    public MethodId SeenIn { get; init; }

    /// <summary>The route that it was found on, where it was found on one.</summary>
    public NameId Route { get; init; }

    /// <summary>Whether the method makes calls one after the other that take its time.</summary>
    public bool IsLoopOfCalls { get; init; }

    /// <summary>Whether it is about requests that do not end.</summary>
    public bool IsHang { get; init; }

    /// <summary>What the threads that it is about are blocked in.</summary>
    public Wait BlockedIn { get; init; }
}
