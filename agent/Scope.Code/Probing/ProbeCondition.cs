// A condition whose names are bound: what the native plan is made from. Types have been checked, so nothing here can be wrong.
namespace Scope.Code.Probing;

/// <summary>A condition.</summary>
public abstract record ProbeCondition
{
    /// <summary>Whether it can only be known when the method ends: it asks for time, result or exception.</summary>
    public abstract bool NeedsEnd { get; }
}

/// <summary>Two conditions.</summary>
/// <param name="Left">The first.</param>
/// <param name="Right">The second.</param>
/// <param name="Both">Whether both must hold, or one is enough.</param>
public sealed record JoinedCondition(ProbeCondition Left, ProbeCondition Right, bool Both) : ProbeCondition
{
    /// <inheritdoc/>
    public override bool NeedsEnd => Left.NeedsEnd || Right.NeedsEnd;
}

/// <summary>A condition that must not hold.</summary>
/// <param name="Inner">The condition.</param>
public sealed record NotCondition(ProbeCondition Inner) : ProbeCondition
{
    /// <inheritdoc/>
    public override bool NeedsEnd => Inner.NeedsEnd;
}

/// <summary>A value beside a constant or another value.</summary>
/// <param name="Left">The first.</param>
/// <param name="Sign">How they are compared: ==, !=, &gt;, &gt;=, &lt;, &lt;=.</param>
/// <param name="Right">The second.</param>
public sealed record ComparedCondition(ProbeOperand Left, string Sign, ProbeOperand Right) : ProbeCondition
{
    /// <inheritdoc/>
    public override bool NeedsEnd => Left.NeedsEnd || Right.NeedsEnd;
}

/// <summary>Whether a reference leads nowhere.</summary>
/// <param name="Path">The reference.</param>
public sealed record NullCondition(ValuePath Path) : ProbeCondition
{
    /// <inheritdoc/>
    public override bool NeedsEnd => Path.IsOfEnd;
}

/// <summary>What a text is compared with.</summary>
public enum TextTest
{
    /// <summary>It is this.</summary>
    Equals,
    /// <summary>It holds this.</summary>
    Contains,
    /// <summary>It begins so.</summary>
    StartsWith,
    /// <summary>It ends so.</summary>
    EndsWith,
}

/// <summary>A text beside a constant one.</summary>
/// <param name="Path">The text.</param>
/// <param name="Test">How it is compared.</param>
/// <param name="Part">With what.</param>
public sealed record TextCondition(ValuePath Path, TextTest Test, string Part) : ProbeCondition
{
    /// <inheritdoc/>
    public override bool NeedsEnd => Path.IsOfEnd;
}

/// <summary>A number in a condition.</summary>
/// <param name="Path">Where it is read; null for a constant and for time.</param>
/// <param name="Whole">A whole constant.</param>
/// <param name="Real">A constant with a fraction.</param>
/// <param name="IsElapsed">Whether it is the time since the method began, ns.</param>
public readonly record struct ProbeOperand(ValuePath? Path, long? Whole = null, decimal? Real = null, bool IsElapsed = false)
{
    /// <summary>Whether it is known only when the method ends.</summary>
    public bool NeedsEnd => IsElapsed || Path is { IsOfEnd: true };
}
