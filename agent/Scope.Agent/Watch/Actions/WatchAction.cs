// One sort of action: what is done when a rule fires. The table of them is ActionTable.
namespace Scope.Agent.Watch.Actions;

/// <summary>When an action of an incident has its turn.</summary>
enum ActionTurn
{
    /// <summary>When the rule fires.</summary>
    AtOnce,
    /// <summary>When the time after the trigger is over too.</summary>
    Afterwards,
    /// <summary>When all others are done, so that it can tell of them.</summary>
    Last,
}

/// <summary>What came of an action, in words that hold nothing that a target said.</summary>
/// <param name="Done">Whether it was done.</param>
/// <param name="Text">What was done, or why not.</param>
readonly record struct ActionOutcome(bool Done, string Text);

/// <summary>A sort of action.</summary>
/// <param name="Word">Its name in scope.toml.</param>
/// <param name="Turn">When it has its turn.</param>
/// <param name="Says">What it does, in a line.</param>
/// <param name="Run">Does it.</param>
sealed record WatchAction(string Word, ActionTurn Turn, string Says, Func<Incident, CancellationToken, Task<ActionOutcome>> Run)
{
    /// <summary>Whether it changes the target, be it for a moment.</summary>
    public bool Touches { get; init; }
}
