// What a full ring does, and what it says about what it dropped.
using Scope.Events;

namespace Scope.Pipeline.Ring;

/// <summary>What a full ring does.</summary>
public enum RingMode
{
    /// <summary>The writer goes on over the oldest events; a reader that is too slow misses them and counts them.</summary>
    DropOldest,

    /// <summary>The writer drops what it was about to write, and counts it.</summary>
    DropNewest,

    /// <summary>The writer waits for the slowest reader. For sources that can wait: files.</summary>
    Block,
}

/// <summary>Events that a ring dropped since it was last asked, and the interval that they are from.</summary>
public readonly record struct RingLoss(long Count, EventTime From, EventTime To)
{
    /// <summary>Whether nothing was dropped.</summary>
    public bool IsNone => Count == 0;
}
