// All that a query can ask for, in one table: help texts, what is suggested for a misspelt word and what a term does are read
// off it.
namespace Scope.Store.Query;

/// <summary>Something to ask for.</summary>
/// <param name="Name">How it is written.</param>
/// <param name="Example">A value.</param>
/// <param name="Meaning">Which events it lets pass.</param>
/// <param name="TakesSeveral">Whether several values may stand after it, with commas between.</param>
/// <param name="IsCompared">Whether it is compared (dur&gt;1s) instead of named (kind:log).</param>
public sealed record QueryKey(string Name, string Example, string Meaning, bool TakesSeveral = false, bool IsCompared = false)
{
    /// <summary>Whether it says which events to start from, instead of what must hold.</summary>
    public bool StartsFromEvents { get; init; }

    /// <summary>Puts a term's condition on the question that is being made.</summary>
    internal Action<QueryBinder, QueryTerm> Bind { get; init; } = (_, _) => { };
}

/// <summary>The table.</summary>
public static class QueryKeys
{
    /// <summary>All keys, the frequent ones first.</summary>
    public static IReadOnlyList<QueryKey> All { get; } =
    [
        new("kind", "exception", "of these kinds; * stands for anything", TakesSeveral: true) { Bind = (b, t) => b.Kinds(t) },
        new("text", "timeout", "with this text in name, method or payload, in any case") { Bind = (b, t) => b.Text(t) },
        new("method", "Orders.*", "about methods of this name: a part of it, or a pattern with * from its beginning or after a point", TakesSeveral: true) { Bind = (b, t) => b.Methods(t) },
        new("name", "GET*", "with this name (route, exception type, SQL, log category): a part of it, or a pattern as of methods", TakesSeveral: true) { Bind = (b, t) => b.Names(t) },
        new("flow", "4bf92f35", "of these flows: the beginning of the trace id in hex, or #number", TakesSeveral: true) { Bind = (b, t) => b.Flows(t) },
        new("span", "00f067aa", "in these spans: the beginning of the W3C id in hex, or #number", TakesSeveral: true) { Bind = (b, t) => b.Spans(t) },
        new("thread", "4711", "on these OS threads", TakesSeveral: true) { Bind = (b, t) => b.Threads(t) },
        new("target", "Shop", "of these processes: name, pattern or pid", TakesSeveral: true) { Bind = (b, t) => b.Targets(t) },
        new("is", "error", "with all of these flags", TakesSeveral: true) { Bind = (b, t) => b.Flags(t) },
        new("dur", "200ms", "that last longer or shorter", IsCompared: true) { Bind = (b, t) => b.Duration(t) },
        new("value", "1000", "whose value is larger or smaller, whatever it is of", IsCompared: true) { Bind = (b, t) => b.Value(t) },
        new("id", "4711", "these events, by the ids that query shows", TakesSeveral: true) { StartsFromEvents = true, Bind = (b, t) => b.Start(t, FollowDirection.Stay) },
        new("causes", "4711", "what led to these events, step by step", TakesSeveral: true) { StartsFromEvents = true, Bind = (b, t) => b.Start(t, FollowDirection.Causes) },
        new("effects", "4711", "what came of these events, step by step", TakesSeveral: true) { StartsFromEvents = true, Bind = (b, t) => b.Start(t, FollowDirection.Effects) },
        new("flow-of", "4711", "of the flow that this event is of") { Bind = (b, t) => b.FlowOf(t) },
        new("depth", "3", "how many steps causes and effects are followed") { Bind = (b, t) => b.Depth(t) },
        new("cause", "slow-sql", "the evidence of the findings with this cause", TakesSeveral: true) { StartsFromEvents = true, Bind = (b, t) => b.Cause(t) },
        new("after", "-5m", "not before: an instant, +5s from the beginning, -5m from the end") { Bind = (b, t) => b.After(t) },
        new("before", "+10s", "before: as after") { Bind = (b, t) => b.Before(t) },
        new("order", "newest", "oldest or newest first") { Bind = (b, t) => b.Order(t) },
        new("past", "4711", "after this event in the order of the answer: how one that was cut at its limit goes on") { Bind = (b, t) => b.Past(t) },
        new("limit", "20", "so many at most") { Bind = (b, t) => b.Limit(t) },
    ];

    static readonly Dictionary<string, QueryKey> ByName = All.ToDictionary(k => k.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The key of a name, or null.</summary>
    public static QueryKey? Find(string name) => ByName.GetValueOrDefault(name);
}
