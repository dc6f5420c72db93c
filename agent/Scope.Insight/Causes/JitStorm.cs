// jit-storm: code is made and compiled all the time, long after the start.
// Looks for: dynamic methods that are compiled through the second half of the window.
// In: compiled methods; samples inside of making code, or of the regular expressions that were made.
// Scores: by the rate, and by the CPU inside of making code.
// Culprit: the application's method that makes the code, by its frame, or by the IL of what the frame's method calls.
// Refuted by: a rate that falls off (a service that warms up compiles for some tens of seconds, but its own methods, not new ones).
using Scope.Code;
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds code that is made for each use.</summary>
internal sealed class JitStorm : ICause
{
    const double PerSecond = 5; // Serializers and mappers make a few dozen in all.
    const string CompiledRegex = "Regex"; // Their dynamic methods are Regex1_Scan, Regex2_Scan…
    const double NanosEach = 1e6; // Making and compiling a small expression takes about a millisecond.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var (late, expressions) = (new List<EventId>(), 0);
        var half = at.From + (long)(at.Nanos / 2);
        at.History.Visit(new() { From = half, To = at.To, Kinds = KindSet.Of(EventKind.MethodCompiled) }, (EventId id, in ScopeEvent e) =>
        {
            if (at.Code.Of(e.Method).Origin != CodeOrigin.Dynamic) return true;
            late.Add(id);
            if (at.Catalog.Methods[e.Method]!.Name.StartsWith(CompiledRegex, StringComparison.Ordinal)) expressions++;
            return true;
        });
        var rate = late.Count / (at.Seconds / 2);
        if (rate < PerSecond) yield break;
        // A regular expression that was just made is compiled when it is first asked for a match: the same time, by another name.
        Callee[] making = expressions > late.Count / 2 ? [Callee.CodeMaking, Callee.Regex] : [Callee.CodeMaking];
        yield return Suspect(at, making, rate, late);
    }

    static Suspicion Suspect(Investigation at, Callee[] making, double rate, List<EventId> late)
    {
        var makers = new Tally<MethodId>();
        foreach (var (maker, stacks) in making.SelectMany(callee => at.Samples.Callers(callee).Heaviest)) makers.Add(maker, stacks);
        var cpu = at.Samples.RunningNanos > 0 ? making.Sum(callee => at.Samples.RunningIn(callee).Total) / at.Samples.RunningNanos : 0;
        var hidden = making.Select(callee => HiddenCallers.Of(at, makers.Top, callee)).FirstOrDefault(found => !found.IsNone);
        var method = hidden.IsNone ? makers.Top : hidden;
        return new()
        {
            Method = method,
            SeenIn = makers.Top,
            Finding = new()
            {
                Cause = "jit-storm",
                Culprit = makers.Count > 0 ? at.NameOf(method) : "methods made at run time",
                Also = [.. makers.Heaviest.Where(m => m.Key != method).Select(m => at.NameOf(m.Key)).Take(3)],
                Severity = Severity.Warning,
                Confidence = makers.Count > 0 ? 0.92 : 0.7,
                Impact = Math.Min(1, Math.Max(cpu, rate * NanosEach / 1e9 / Math.Max(1, at.Processors))),
                Summary = $"{Wording.Number(rate)} methods a second are made at run time and compiled, in the second half of the window too"
                    + (makers.Count > 0 ? $"; they are made in {at.Place(method)}" : "") + (cpu > 0 ? $", {Wording.Percent(cpu)} of the target's CPU." : "."),
                Advice = "Compile an expression, a regular expression or a mapper once and keep the delegate (a static field, a ConcurrentDictionary by shape); use source generators where there are some.",
                Reasoning = (makers.Count > 0 ? "Culprit: the application's method on most stacks inside of making code" + (hidden.IsNone ? "." : $" is {at.NameOf(makers.Top)}; {HiddenCallers.How}.") : "No sampled stack shows who makes them.") + " Refuted when the rate falls off.",
                Evidence = [.. late.Take(Limits.Evidence)],
            },
        };
    }
}
