// How well a case was answered.
namespace Scope.Diagnose;

/// <summary>A case's score.</summary>
/// <param name="Case">The case.</param>
/// <param name="CauseRight">Whether the first finding names a right cause; on a healthy one, whether nothing worse than an info was found.</param>
/// <param name="CulpritRight">Whether the first finding names a right culprit, with a right cause.</param>
/// <param name="Found">The first finding, in words.</param>
/// <param name="Criticals">Critical findings.</param>
/// <param name="Warnings">Warnings.</param>
/// <param name="LiveSeconds">From attach to the first live finding of a right cause; null where none came.</param>
/// <param name="ReportSeconds">From the recording's end to the report; null where that is not known.</param>
/// <param name="Requests">What the load did.</param>
/// <param name="Problem">Why there is no score, or null.</param>
/// <param name="Ran">Whether it could be run on this machine.</param>
sealed record Score(Case Case, bool CauseRight, bool CulpritRight, string Found, int Criticals, int Warnings, double? LiveSeconds, double? ReportSeconds, LoadCounts Requests, string? Problem, bool Ran)
{
    /// <summary>Compares what was found with what is true.</summary>
    public static Score Of(Case one, FindingsFile? file, Observed observed)
    {
        if (file is null)
            return Broken(one, $"no findings.json; scope-attach ended with {observed.ExitCode}: {observed.Errors.Split('\n')[^1]}", observed);
        var first = file.Findings.OrderBy(finding => finding.Rank).FirstOrDefault();
        int criticals = file.Findings.Count(finding => finding.Severity == "critical");
        int warnings = file.Findings.Count(finding => finding.Severity == "warning");
        bool cause = one.IsHealthy ? criticals + warnings == 0 : first is not null && one.Causes.Contains(first.Cause);
        bool culprit = one.IsHealthy ? cause : cause && one.Culprits.Any(right => Names(first!.Culprit, right));
        string found = first is null ? "nothing" : $"{first.Cause}: {first.Culprit} ({first.Severity})";
        return new(one, cause, culprit, found, criticals, warnings, observed.LiveSeconds, observed.ReportSeconds, observed.Counts, null, Ran: true);
    }

    /// <summary>A case that did not come to its end.</summary>
    public static Score Broken(Case one, string problem, Observed observed) =>
        new(one, false, false, "no answer", 0, 0, observed.LiveSeconds, observed.ReportSeconds, observed.Counts, problem, Ran: true);

    /// <summary>A case that this machine cannot run.</summary>
    public static Score Skipped(Case one, string problem) => new(one, false, false, "", 0, 0, null, null, new(0, 0, 0), problem, Ran: false);

    /// <summary>Whether a culprit is, or holds as a whole word, an accepted one.</summary>
    public static bool Names(string culprit, string accepted)
    {
        for (int at = culprit.IndexOf(accepted, StringComparison.OrdinalIgnoreCase); at >= 0; at = culprit.IndexOf(accepted, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            int after = at + accepted.Length;
            if ((at == 0 || !IsWord(culprit[at - 1])) && (after == culprit.Length || !IsWord(culprit[after])))
                return true;
        }
        return false;
    }

    static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}

/// <summary>What all scores come to.</summary>
sealed record ScoreTotals(int Faulty, int Causes, int Culprits, int Healthy, int Criticals, int Warnings, int NotRun)
{
    const double CausesNeeded = 0.95;
    const double CulpritsNeeded = 0.90;
    const int WarningsAllowed = 1;

    /// <summary>Adds them up.</summary>
    public static ScoreTotals Of(IReadOnlyCollection<Score> scores)
    {
        var faulty = scores.Where(score => score is { Ran: true, Case.IsHealthy: false }).ToList();
        var healthy = scores.Where(score => score is { Ran: true, Case.IsHealthy: true }).ToList();
        return new(faulty.Count, faulty.Count(score => score.CauseRight), faulty.Count(score => score.CulpritRight),
            healthy.Count, healthy.Sum(score => score.Criticals), healthy.Sum(score => score.Warnings), scores.Count(score => !score.Ran));
    }

    /// <summary>Whether it is as good as it must be.</summary>
    public bool Reached => Causes >= CausesNeeded * Faulty && Culprits >= CulpritsNeeded * Faulty && Criticals == 0 && Warnings <= WarningsAllowed;
}
