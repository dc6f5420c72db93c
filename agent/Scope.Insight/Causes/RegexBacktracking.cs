// regex-backtracking: a regular expression tries ever more ways to match and takes a processor with it.
// Looks for: a good part of the running time inside of regular expressions, under one method of the application.
// In: CPU samples.
// Scores: by the share of the target's CPU, and by how much of the machine that is.
// Culprit: the application's method that asks for the match.
// Refuted by: many short matches (then it is work, not backtracking: the method is hot all the same).
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds regular expressions that run away.</summary>
internal sealed class RegexBacktracking : ICause
{
    const double ShareOfCpu = 0.3; // A service that parses text for a living spends some percent there.
    const double FewestCores = 0.15;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        if (HotCalls.Of(at, Callee.Regex, "System.Text.RegularExpressions", ShareOfCpu, FewestCores) is not { } hot) yield break;
        yield return hot.Suspect(at, "regex-backtracking",
            $"A regular expression in {at.Place(hot.Method)} takes {Wording.Percent(hot.Share)} of the target's CPU, {Wording.Cores(hot.Cores)}.",
            "Use RegexOptions.NonBacktracking, or rewrite nested quantifiers such as (a+)+ and give the match a timeout (Regex.MatchTimeout). Check the input's length first: what comes from outside can be made to match slowly.",
            "Refuted if each match is short: then there are merely many.");
    }
}
