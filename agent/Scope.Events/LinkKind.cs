// The typed edges between events. Parent and child need no event of their own: a span event carries its parent.
namespace Scope.Events;

/// <summary>Why one event is the cause of another.</summary>
public enum LinkKind : ushort
{
    /// <summary>No link.</summary>
    None = 0,
    /// <summary>A span and the span above it; carried by <see cref="ScopeEvent.Parent"/>.</summary>
    ParentChild = 1,
    /// <summary>A client call and the request that it became, in this process or another.</summary>
    Message = 2,
    /// <summary>The event that started a task and the task's first.</summary>
    TaskSpawn = 3,
    /// <summary>The owner of a lock and the one who waited for it.</summary>
    LockHandover = 4,
    /// <summary>An exception and the failure that it became further up.</summary>
    ErrorPropagation = 5,
    /// <summary>What happened and the change of state that came of it.</summary>
    StateTransition = 6,
}
