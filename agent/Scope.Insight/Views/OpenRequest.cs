// Requests that had begun and not ended when the window did: in a hang they are all there is. Their ends tell neither route
// nor status, so the route is found among those that ended, by its template.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>A request that is open at the end of the window.</summary>
/// <param name="Start">The event that began it.</param>
/// <param name="Flow">Its flow.</param>
/// <param name="Route">Its route, or its path where no request of its route has ended.</param>
/// <param name="AgeNanos">How long it has been open.</param>
internal readonly record struct OpenRequest(EventId Start, FlowId Flow, NameId Route, long AgeNanos);

/// <summary>Follows requests from start to end.</summary>
/// <param name="first">When the history begins.</param>
internal sealed class OpenRequests(EventTime first)
{
    // A target that is asked to tell of requests tells of starts a little before it tells of ends; on a busy machine later.
    const long SettlingNanos = 1_000_000_000;

    readonly Dictionary<SpanId, (EventId Id, FlowId Flow, NameId Name, EventTime At)> _begun = [];

    EventTime _firstEnd = EventTime.Max;

    /// <summary>A request begins.</summary>
    public void Began(EventId id, in ScopeEvent e)
    {
        if (_begun.Count < Limits.OpenSpans) _begun[e.Span] = (id, e.Flow, e.Name, e.Time);
    }

    /// <summary>A request ends; one whose end was made up because the recording ended stays open.</summary>
    public void Ended(in ScopeEvent e)
    {
        if ((e.Flags & EventFlags.Partial) != 0) return;
        _begun.Remove(e.Span);
        if (e.Time < _firstEnd) _firstEnd = e.Time;
    }

    bool MayHaveEndedUntold(EventTime begun) => begun - first < SettlingNanos && begun < _firstEnd;

    /// <summary>Those that are open at an instant, the oldest first.</summary>
    public List<OpenRequest> At(EventTime end, IEnumerable<NameId> routes, RouteNames names)
    {
        var known = routes.ToList();
        return [.. _begun.Values.Where(begun => !MayHaveEndedUntold(begun.At)).Select(begun => new OpenRequest(begun.Id, begun.Flow, names.RouteAmong(known, begun.Name), Math.Max(0, end - begun.At))).OrderByDescending(open => open.AgeNanos)];
    }
}
