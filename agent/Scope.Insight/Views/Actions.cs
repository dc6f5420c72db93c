// The controllers' actions by route. MVC calls an action through code made at run time, into which a small one is inlined:
// then no stack shows it, and it is known only by the controller and action that the request's route values name.
using Scope.Events;

namespace Scope.Insight.Views;

/// <summary>The methods behind routes.</summary>
internal sealed class Actions(Investigation at)
{
    readonly Dictionary<NameId, MethodId> _byRoute = [];
    readonly HashSet<MethodId> _withoutFrame = [];

    /// <summary>The action that serves a route; none when the route is no controller's, or its method is not to be found.</summary>
    public MethodId Of(NameId route)
    {
        if (route.IsNone) return default;
        if (!_byRoute.TryGetValue(route, out var method)) _byRoute[route] = method = at.Requests.Routes.TryGetValue(route, out var stats) ? Find(stats.Action) : default;
        if (!method.IsNone) _withoutFrame.Add(method);
        return method;
    }

    /// <summary>Says in a finding how its method is known, where it is an action without a frame.</summary>
    public Suspicion SayHowFound(Suspicion suspicion) => !_withoutFrame.Contains(suspicion.Method) ? suspicion : suspicion with
    {
        Finding = suspicion.Finding with
        {
            Reasoning = suspicion.Finding.Reasoning + " Where the method has no frame of its own, because the runtime inlined it into the framework's call, it is known by the controller and action in the route values of its requests.",
        },
    };

    MethodId Find(string action)
    {
        var dot = action.IndexOf('.');
        if (dot <= 0) return default;
        var (controller, method) = (action[..dot], action[(dot + 1)..]);
        return at.Code.Find(controller + "Controller", method) is { IsNone: false } found ? found : at.Code.Find(controller, method);
    }
}
