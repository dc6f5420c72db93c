// Who made a call. The events of calls carry no stack (stacks there would double what Scope costs the target), so the
// caller is told by the other events of the same route that have one: samples, allocations, exceptions.
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight;

/// <summary>A culprit, and how it was found.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Method">The method, where it is one.</param>
/// <param name="How">How it was found, as a sentence.</param>
/// <param name="Sureness">How much to trust that, 0 to 1.</param>
internal readonly record struct Culprit(string Name, MethodId Method, string How, double Sureness);

/// <summary>Finds the callers of calls.</summary>
internal static class Culprits
{
    /// <summary>The method that makes a route's calls to a sort of library; the route itself when no stack shows one.</summary>
    public static Culprit CallerOf(Investigation at, NameId route, Callee callee)
    {
        var callers = at.Samples.Callers(route, callee);
        if (callers.Count > 0)
            return Named(at, callers.Top, callee, $"{Wording.Number(callers[callers.Top])} of {Wording.Number(callers.Total)} stacks of {at.Catalog.Names[route]} that are inside of such calls were called from it", callers.Share(callers.Top));
        // Stacks of no known request, as where the task library's time line was not asked for: all routes together, then.
        var anyones = at.Samples.Callers(default, callee);
        if (anyones.Count > 0)
            return Named(at, anyones.Top, callee, $"no stack inside of such a call is known to be of {at.Catalog.Names[route]}; {Wording.Number(anyones[anyones.Top])} of {Wording.Number(anyones.Total)} of all requests were called from it", anyones.Share(anyones.Top) / 2);
        return Somewhere(at, route);
    }

    /// <summary>
    /// The method that makes a route's calls again and again. When one call has come back and the next begins in the same
    /// breath, its stack shows the client's method twice with the loop between them: the loop is the culprit, not the
    /// client's method, which anybody may call once.
    /// </summary>
    public static Culprit LoopOf(Investigation at, NameId route, Callee callee)
    {
        var loops = new Tally<MethodId>();
        foreach (var ((stack, of), group) in at.Samples.Groups)
        {
            if (of != route && !of.IsNone || at.Stacks.Of(stack).Callee != callee) continue;
            var methods = at.Stacks.AppMethods(stack).ToList();
            var names = methods.ConvertAll(at.NameOf);
            var again = names.LastIndexOf(names.FirstOrDefault() ?? "");
            for (var i = 1; i < again; i++)
                if (names[i] != names[0])
                {
                    loops.Add(methods[i], group.Count);
                    break;
                }
        }
        return loops.Count == 0 ? CallerOf(at, route, callee)
            : Named(at, loops.Top, "stacks show it between the end of one call and the beginning of the next", 0.9);
    }

    /// <summary>The application's method that a route's stacks show most, else the route: what is left when nothing shows the call itself.</summary>
    static Culprit Somewhere(Investigation at, NameId route)
    {
        var methods = at.Samples.AppMethods(route);
        var name = at.Catalog.Names[route];
        if (methods.Count > 0) return Named(at, methods.Top, $"no stack was taken inside of such a call; of the stacks of {name}, most are in this method", 0.5);
        return at.Actions.Of(route) is { IsNone: false } action
            ? Named(at, action, $"no stack of {name} has a frame of the application; it is the action that serves the route", 0.6)
            : new(name, default, $"no stack of {name} has a frame of the application (small actions are inlined into dynamic methods), so the route is named", 0.3);
    }

    /// <summary>The application's method that a route's stacks show most, else its action; none when neither is known.</summary>
    public static MethodId MostSeen(Investigation at, NameId route) => at.Samples.AppMethods(route) is { Count: > 0 } methods ? methods.Top : at.Actions.Of(route);

    static Culprit Named(Investigation at, MethodId method, string how, double sureness) => new(at.NameOf(method), method, how, sureness);

    static Culprit Named(Investigation at, MethodId method, Callee callee, string how, double sureness) =>
        HiddenCallers.Of(at, method, callee) is { IsNone: false } hidden ? new(at.NameOf(hidden), hidden, $"{how} ({at.NameOf(method)}); {HiddenCallers.How}", sureness) : Named(at, method, how, sureness);
}
