// Questions that are asked again and again, kept up to date as events come: which flows were slowest, what failed, where time goes,
// how much of what there is. An event is looked at once, whenever the view is next asked for, and never again.
using Scope.Events;

namespace Scope.Store.Query;

/// <summary>A view by its name: what it counts and how.</summary>
/// <param name="Name">How it is asked for.</param>
/// <param name="Meaning">What it shows, for help texts.</param>
/// <param name="Query">Which events it looks at.</param>
/// <param name="GroupBy">How they are grouped.</param>
/// <param name="Aggregates">What is said of each group; the first orders them.</param>
public sealed record StandingView(string Name, string Meaning, EventQuery Query, string GroupBy, string Aggregates)
{
    /// <summary>All views.</summary>
    public static IReadOnlyList<StandingView> All { get; } =
    [
        new("slowest", "the slowest flows, by their requests", new() { Kinds = KindSet.Of(EventKind.Request) }, "flow,name", "max,count,errors"),
        new("errors", "what failed, by kind and name", new() { Flags = EventFlags.Error }, "kind,name", "count,rate"),
        new("exceptions", "exceptions by type and the route that they were thrown for", new() { Kinds = KindSet.Of(EventKind.ExceptionThrown, EventKind.ExceptionUnhandled) }, "name,route", "count,rate"),
        new("methods", "methods by the processor time that samples saw them take", new() { Kinds = KindSet.Of(EventKind.CpuSample), Flags = EventFlags.OnCpu }, "method", "sum,count"),
        new("routes", "requests by route", new() { Kinds = KindSet.Of(EventKind.Request) }, "name", "count,rate,errors,p50,p99,max"),
        new("queries", "SQL by its text", new() { Kinds = KindSet.Of(EventKind.Sql) }, "name", "sum,count,p50,p99"),
        new("rates", "how many events of each kind", EventQuery.All, "kind", "count,rate"),
    ];

    /// <summary>The view of a name, or null.</summary>
    public static StandingView? Find(string name) => All.FirstOrDefault(view => view.Name == name);

    /// <summary>The view of the events that a question wants too; null when it looks at none of their kinds.</summary>
    public StandingView? Within(EventQuery query)
    {
        var kinds = Query.Kinds.Bits == 0 ? query.Kinds.Bits : query.Kinds.Bits == 0 ? Query.Kinds.Bits : Query.Kinds.Bits & query.Kinds.Bits;
        if (kinds == 0 && (Query.Kinds.Bits | query.Kinds.Bits) != 0) return null;
        return this with { Query = query with { Kinds = new(kinds), Flags = query.Flags | Query.Flags, Limit = int.MaxValue, Order = EventOrder.OldestFirst } };
    }

    /// <summary>Whether all values that it sees are times, ns.</summary>
    public bool IsOfTimes => EventKinds.AreTimes(Query.Kinds);

    /// <summary>Its grouping.</summary>
    internal Grouping Grouping => Grouping.TryParse(GroupBy, Aggregates, out var grouping, out var mistake) ? grouping : throw new InvalidOperationException(mistake.ToString());
}
