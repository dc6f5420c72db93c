// What a sidecar index can say no to: which kinds, flows and methods a query wants.
using Scope.Events;
using Scope.Store.Segments;

namespace Scope.Store.Cold;

/// <summary>The part of a query that segments are chosen by. A list is null where the query wants any.</summary>
/// <param name="Kinds">The kinds.</param>
/// <param name="Flows">The trace ids.</param>
/// <param name="Methods">The full names.</param>
sealed record Sought(KindSet Kinds, IReadOnlyList<UInt128>? Flows, IReadOnlyList<string>? Methods)
{
    /// <summary>That of a query whose handles are the catalog's, and of a trace id and a method that have none yet.</summary>
    public static Sought Of(EventQuery query, Catalog catalog, UInt128 trace, string? method)
    {
        var flows = trace != 0 ? [trace] : Of(query.Flow, query.Flow.IsNone, query.Flows)?.Select(flow => catalog.Flows[flow]).ToList();
        var methods = method is not null ? [method] : Of(query.Method, query.Method.IsNone, query.Methods)?.Select(id => catalog.Methods[id]?.FullName).ToList();
        // A flow without a trace id is in no index, so it may be anywhere.
        return new(query.Kinds, flows is null || flows.Contains(0) ? null : flows, methods is null || methods.Contains(null) ? null : [.. methods.OfType<string>()]);
    }

    /// <summary>Whether an index could not say no.</summary>
    public bool IsAnything => Kinds == KindSet.All && Flows is null && Methods is null;

    /// <summary>Whether a segment may hold it; never false when it does.</summary>
    public bool MayBeIn(SegmentIndex index) =>
        (Kinds == KindSet.All || index.Frames.Any(frame => (frame.Kinds.Bits & Kinds.Bits) != 0))
        && (Flows is null || Flows.Any(index.MayHoldFlow)) && (Methods is null || Methods.Any(index.MayHoldMethod));

    static IEnumerable<T>? Of<T>(T one, bool isNone, HandleSet<T>? set) where T : unmanaged => isNone ? set?.Handles : [one];
}
