// What the number in ScopeEvent.Related means, by kind: a segment must translate handles and must leave numbers alone.
using Scope.Events;

namespace Scope.Store.Segments;

/// <summary>Which dictionary <see cref="ScopeEvent.Related"/> points into.</summary>
enum RelatedSort : byte
{
    /// <summary>None: it is a plain number.</summary>
    Number,
    /// <summary>Threads.</summary>
    Thread,
    /// <summary>Spans.</summary>
    Span,
}

/// <summary>The sort of each kind, taken from the kinds' own written rules.</summary>
static class RelatedSorts
{
    static readonly RelatedSort[] ByKind = Index();

    /// <summary>The sort of a kind.</summary>
    public static RelatedSort Of(EventKind kind) => ByKind[(int)kind & 63];

    static RelatedSort[] Index()
    {
        var index = new RelatedSort[64];
        foreach (var rule in EventKinds.All) index[(int)rule.Kind] = Of(rule.Related);
        return index;
    }

    static RelatedSort Of(string rule) => rule switch
    {
        "owner thread" => RelatedSort.Thread,
        "runtime activity" => RelatedSort.Span,
        "-" or "how many events before this one its effect stands" => RelatedSort.Number,
        _ => throw new InvalidOperationException($"the rule \"{rule}\" for ScopeEvent.Related is new: say here whether it is a handle"),
    };
}
