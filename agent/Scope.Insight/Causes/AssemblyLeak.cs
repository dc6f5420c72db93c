// assembly-leak: assemblies are made or loaded again and again and never unloaded.
// Looks for: modules that are loaded all through the window, or many dynamic assemblies and load contexts in a snapshot.
// In: module loads; snapshots.
// Scores: by their number.
// Culprit: the application's method that makes them; else the load context's type.
// Refuted by: a number that stays the same (plug-ins, a few serializers made at the start).
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds assemblies that pile up.</summary>
internal sealed class AssemblyLeak : ICause
{
    const int Many = 50;          // A large application makes a dozen or two: proxies, serializers, compiled views.
    const double PerSecond = 0.5; // Loads in the second half of the window, when all that the application needs is there.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var late = LateLoads(at);
        var seen = at.LastHeap();
        var piled = seen is null ? 0 : Math.Max(seen.State.Assemblies.Dynamic, seen.State.LoadContexts.Count(c => c.IsCollectible));
        var rate = late.Count / (at.Seconds / 2);
        if (rate < PerSecond || late.Count + piled < Many) yield break;
        yield return Suspect(at, seen, late, piled, rate);
    }

    static List<EventId> LateLoads(Investigation at)
    {
        var late = new List<EventId>();
        var half = at.From + (long)(at.Nanos / 2);
        at.History.Visit(new() { From = half, To = at.To, Kinds = KindSet.Of(EventKind.ModuleLoaded) }, (EventId id, in ScopeEvent _) =>
        {
            late.Add(id);
            return true;
        });
        return late;
    }

    static Suspicion Suspect(Investigation at, SeenSnapshot? seen, List<EventId> late, int piled, double rate)
    {
        var makers = at.Samples.Callers(Callee.CodeMaking);
        var method = makers.Top;
        var context = seen?.State.LoadContexts.Where(c => c.IsCollectible).GroupBy(c => c.Type).OrderByDescending(g => g.Count()).Select(g => States.TypeText(g.Key)).FirstOrDefault();
        var names = seen?.State.Assemblies.DynamicNames.FirstOrDefault()?.Type;
        return new()
        {
            Method = method,
            Finding = new()
            {
                Cause = "assembly-leak",
                Culprit = !method.IsNone ? at.NameOf(method) : context ?? names ?? "assemblies made at run time",
                Also = [.. new[] { context, names }.OfType<string>().Concat(makers.Heaviest.Skip(1).Select(m => at.NameOf(m.Key))).Distinct().Take(4)],
                Severity = Severity.Warning,
                Confidence = method.IsNone ? 0.7 : 0.92,
                Impact = Math.Min(1, 0.2 + rate / 50),
                Summary = $"Assemblies are loaded all the time: {late.Count} in the second half of the window, {Wording.Number(rate)} a second"
                    + (piled > 0 ? $"; {Wording.Number(piled)} that were made or loaded at run time are in memory" : "") + (method.IsNone ? "." : $". They are made in {at.Place(method)}."),
                Advice = "Make the serializer, the compiled expression, the script or the load context once for each shape and keep it. Unload a collectible context, and let go of all that comes from it.",
                Reasoning = (method.IsNone ? "No sampled stack shows who makes them." : "Culprit: the application's method on the stacks inside of loading and making code.") + " Refuted when the number stays the same.",
                Evidence = [.. late.Take(8), .. seen?.Evidence() ?? []],
            },
        };
    }
}
