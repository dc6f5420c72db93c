// What can be said of a group of events in one number: one row an aggregate.
using Scope.Events;

namespace Scope.Store.Query;

/// <summary>What a number counts.</summary>
public enum AggregateUnit
{
    /// <summary>Events.</summary>
    Events,
    /// <summary>Events a second.</summary>
    EventsASecond,
    /// <summary>What the events' values are: nanoseconds for kinds that last.</summary>
    Value,
}

/// <summary>A number about a group.</summary>
/// <param name="Name">How it is written.</param>
/// <param name="Unit">What it counts.</param>
/// <param name="NeedsSketch">Whether it is read off a sketch of all values, within 1.6 %.</param>
public sealed record Aggregate(string Name, AggregateUnit Unit, bool NeedsSketch = false)
{
    /// <summary>The number of a group that took so many seconds.</summary>
    internal Func<GroupNumbers, double, double> Of { get; init; } = (_, _) => 0;

    /// <summary>All aggregates.</summary>
    public static IReadOnlyList<Aggregate> All { get; } =
    [
        new("count", AggregateUnit.Events) { Of = (group, _) => group.Count },
        new("rate", AggregateUnit.EventsASecond) { Of = (group, seconds) => seconds <= 0 ? 0 : group.Count / seconds },
        new("errors", AggregateUnit.Events) { Of = (group, _) => group.Errors },
        new("sum", AggregateUnit.Value) { Of = (group, _) => group.Sum },
        new("mean", AggregateUnit.Value) { Of = (group, _) => group.Count == 0 ? 0 : group.Sum / group.Count },
        new("min", AggregateUnit.Value) { Of = (group, _) => group.Least },
        new("max", AggregateUnit.Value) { Of = (group, _) => group.Most },
        .. new[] { 50, 75, 90, 95, 99, 99.9 }.Select(percent => new Aggregate(FormattableString.Invariant($"p{percent}"), AggregateUnit.Value, NeedsSketch: true) { Of = (group, _) => group.Values!.Quantile(percent / 100) }),
    ];
}

/// <summary>The running numbers of one group.</summary>
sealed class GroupNumbers(bool withSketch)
{
    /// <summary>Its values, where an aggregate needs them.</summary>
    public LatencySketch? Values { get; } = withSketch ? new() : null;

    /// <summary>Events.</summary>
    public long Count { get; private set; }

    /// <summary>Events that failed.</summary>
    public long Errors { get; private set; }

    /// <summary>The sum of the values; as a fraction, as sums of bytes may pass what a long holds.</summary>
    public double Sum { get; private set; }

    /// <summary>The smallest value.</summary>
    public long Least { get; private set; } = long.MaxValue;

    /// <summary>The largest value.</summary>
    public long Most { get; private set; } = long.MinValue;

    /// <summary>Adds an event.</summary>
    public void Add(in ScopeEvent e)
    {
        Count++;
        if ((e.Flags & EventFlags.Error) != 0) Errors++;
        Sum += e.Value;
        if (e.Value < Least) Least = e.Value;
        if (e.Value > Most) Most = e.Value;
        Values?.Add(e.Value);
    }

    /// <summary>Adds another group, with its sketch where both have one.</summary>
    public void Add(GroupNumbers other)
    {
        Count += other.Count;
        Errors += other.Errors;
        Sum += other.Sum;
        Least = Math.Min(Least, other.Least);
        Most = Math.Max(Most, other.Most);
        if (other.Values is { } values) Values?.Add(values);
    }
}
