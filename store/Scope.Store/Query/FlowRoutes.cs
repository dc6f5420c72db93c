// Which request a flow began with: the route that its SQL commands, exceptions and log lines are counted for. Learnt from the
// events of requests; of a request that calls its own service, the first counts.
using Scope.Events;

namespace Scope.Store.Query;

/// <summary>The routes of flows. For one thread.</summary>
public sealed class FlowRoutes
{
    /// <summary>The events to learn from.</summary>
    public static KindSet Kinds { get; } = KindSet.Of(EventKind.RequestStart, EventKind.Request);

    readonly Dictionary<FlowId, (SpanId Request, NameId Route)> _routes = [];

    /// <summary>The routes of all flows that a history holds.</summary>
    public static FlowRoutes In(IHistory history)
    {
        var routes = new FlowRoutes();
        history.Visit(new() { Kinds = Kinds }, (EventId _, in ScopeEvent e) =>
        {
            routes.Learn(e);
            return true;
        });
        return routes;
    }

    /// <summary>Learns from the start or the end of a request. The start knows the path at best, the end the route.</summary>
    public void Learn(in ScopeEvent e)
    {
        if (e.Flow.IsNone || e.Name.IsNone) return;
        if (!_routes.TryGetValue(e.Flow, out var known))
        {
            if (_routes.Count >= Limits.FlowsFollowed) _routes.Clear(); // A flow that goes on past so many others is counted as one without a route.
            _routes[e.Flow] = (e.Span, e.Name);
        }
        else if (known.Request == e.Span) _routes[e.Flow] = (e.Span, e.Name);
    }

    /// <summary>The route that an event counts for; none when its flow has none.</summary>
    public NameId Of(in ScopeEvent e) => e.Kind == EventKind.Request ? e.Name : _routes.TryGetValue(e.Flow, out var known) ? known.Route : default;
}
