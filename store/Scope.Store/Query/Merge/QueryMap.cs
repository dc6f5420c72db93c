// A question in the answer's handles, as one tier is asked it: in the tier's own.
using Scope.Events;

namespace Scope.Store.Query.Merge;

static class QueryMap
{
    /// <summary>The tier's question; what the tier has no handle for, it cannot have events of.</summary>
    public static EventQuery Back(EventQuery query, IdMaps maps)
    {
        var (threads, thread) = Both(query.Threads, query.Thread, maps.Threads, v => new ThreadId(v), h => h.Value);
        var (spans, span) = Both(query.Spans, query.Span, maps.Spans, v => new SpanId(v), h => h.Value);
        var (flows, flow) = Both(query.Flows, query.Flow, maps.Flows, v => new FlowId(v), h => h.Value);
        var (methods, method) = Both(query.Methods, query.Method, maps.Methods, v => new MethodId(v), h => h.Value);
        var (names, name) = Both(query.Names, query.Name, maps.Names, v => new NameId(v), h => h.Value);
        var (targets, target) = Both(query.Targets, query.Target, maps.Targets, v => new TargetId((ushort)v), h => h.Value);
        return query with
        {
            Threads = threads, Thread = thread, Spans = spans, Span = span, Flows = flows, Flow = flow,
            Methods = methods, Method = method, Names = names, Name = name, Targets = targets, Target = target,
            CodeNode = query.CodeNode.IsNone ? default : new(maps.CodeNodes.Back(query.CodeNode.Value).FirstOrDefault(int.MaxValue)),
        };
    }

    // A set and its single form must both hold. One handle stays single, as that is what every tier is quickest at.
    static (HandleSet<T>? Set, T Single) Both<T>(HandleSet<T>? set, T single, IdMap map, Func<int, T> handle, Func<T, int> valueOf) where T : unmanaged
    {
        if (valueOf(single) == 0 && set is null) return (null, default);
        var wanted = valueOf(single) == 0 ? set! : new HandleSet<T>([single]).And(set);
        var theirs = new HandleSet<T>(wanted.Handles.SelectMany(answers => map.Back(valueOf(answers))).Select(handle));
        return theirs.Count == 1 ? (null, theirs.Handles.First()) : (theirs, default);
    }
}
