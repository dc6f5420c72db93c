// What was under way when a process died without a word. A thread that did not run in the last seconds cannot have ended it,
// however deep the application stands on its stack. Of those that ran, the application's own come before the pool's: what a
// request throws is caught by its server, unless it fills the stack.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>The application's method that most likely was at work.</summary>
/// <param name="Event">The event that shows it; none when none does.</param>
/// <param name="Method">The method; none when nothing of the application was seen.</param>
/// <param name="How">Why it is this one, as a sentence.</param>
/// <param name="Route">The route of a request that was open; none when another thing shows more.</param>
internal readonly record struct LastSeen(EventId Event, MethodId Method, string How, NameId Route = default)
{
    static readonly KindSet WithStacks = KindSet.Of(EventKind.CpuSample, EventKind.ExceptionThrown, EventKind.Allocation);

    /// <summary>Looks back from the end over so many nanoseconds.</summary>
    public static LastSeen Of(Investigation at, EventTime end, long nanos)
    {
        var ran = new HashSet<ThreadId>();
        at.History.Visit(new() { From = end - nanos, To = end + 1, Kinds = KindSet.Of(EventKind.ThreadTimeSample) }, (EventId _, in ScopeEvent e) =>
        {
            ran.Add(e.Thread);
            return true;
        });
        var (own, pool) = (default(LastSeen), default(LastSeen));
        at.History.Visit(new() { From = end - nanos, To = end + 1, Kinds = WithStacks }, (EventId id, in ScopeEvent e) =>
        {
            if (e.Kind == EventKind.CpuSample && ran.Count > 0 && !ran.Contains(e.Thread) || at.Stacks.AppMethodOf(e.Stack) is not { IsNone: false } method) return true;
            if ((at.Stacks.Of(e.Stack).Marks & FrameMark.Worker) != 0) pool = new(id, method, "It was seen last on a thread that ran.");
            else own = new(id, method, "It is on a thread of the application's own that ran in the last seconds; what a request throws is mostly caught by its server.");
            return true;
        });
        return !own.Method.IsNone ? own : Open(at, end, nanos) is { Route.IsNone: false } open ? open : pool;
    }

    /// <summary>The method of the route of the request that began last and had not ended.</summary>
    static LastSeen Open(Investigation at, EventTime end, long nanos)
    {
        var open = at.Requests.Open.LastOrDefault(o => at.History.TryGet(o.Start, out var start) && end - start.Time <= nanos);
        return open.Route.IsNone ? default : new(open.Start, Culprits.MostSeen(at, open.Route), $"A request of {at.Catalog.Names[open.Route]} had begun and not ended; the application's method that its stacks show most is named, or the route where they show none.", open.Route);
    }
}
