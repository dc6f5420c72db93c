// One sort of trigger: what it reads and in which unit. The table of them is TriggerTable.
using Scope.Events;

namespace Scope.Agent.Watch.Triggers;

/// <summary>When a trigger is looked at.</summary>
enum TriggerSort
{
    /// <summary>Each second: a figure is compared with a bound.</summary>
    Figure,
    /// <summary>When the live findings change.</summary>
    Finding,
    /// <summary>When the target has ended.</summary>
    Exit,
    /// <summary>At a time of the clock.</summary>
    Time,
    /// <summary>When somebody calls.</summary>
    Call,
}

/// <summary>How the events of ten seconds become one figure.</summary>
enum Tally
{
    /// <summary>How many there were.</summary>
    Count,
    /// <summary>The largest value of them.</summary>
    Largest,
    /// <summary>The value of the newest one, undone of its scale of thousandths; it holds until the next.</summary>
    Newest,
}

/// <summary>A sort of trigger.</summary>
/// <param name="Word">Its name in scope.toml.</param>
/// <param name="Sort">When it is looked at.</param>
/// <param name="Unit">What its figure is measured in.</param>
/// <param name="Reads">What it reads, in a line.</param>
sealed record Trigger(string Word, TriggerSort Sort, BoundUnit Unit, string Reads)
{
    /// <summary>What "of" tells of it; "" where it has none.</summary>
    public string OfSays { get; init; } = "";

    /// <summary>Whether it cannot do without "of".</summary>
    public bool NeedsOf { get; init; }

    /// <summary>The bound above which it fires where none is written; "" where one must be.</summary>
    public string Above { get; init; } = "";

    /// <summary>Reads its figure from what is seen of the target.</summary>
    public Func<Sight, double?>? Figure { get; init; }

    /// <summary>The kinds of events that its figure is made of, for one that counts events.</summary>
    public KindSet Kinds { get; init; }

    /// <summary>How they become a figure.</summary>
    public Tally Tally { get; init; }

    /// <summary>Whether "of" is about an event's method, as it was written, and not about its name.</summary>
    public bool IsOfMethod { get; init; }

    /// <summary>Whether "of" may stand in an event's texts too, beside its name.</summary>
    public bool LooksIntoTexts { get; init; }
}
