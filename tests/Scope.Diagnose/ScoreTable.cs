// The scores for people and for programs.
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Scope.Diagnose;

/// <summary>Prints scores.</summary>
static class ScoreTable
{
    static readonly JsonSerializerOptions Camel = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A table with a closing line of totals.</summary>
    public static string Text(IReadOnlyCollection<Score> scores)
    {
        var text = new StringBuilder();
        text.AppendLine($"{"case",-30} {"expected",-28} {"cause",-6} {"culprit",-8} {"live",6} {"report",7}  found");
        foreach (var score in scores)
            text.AppendLine($"{score.Case.Name,-30} {Expected(score.Case),-28} {Mark(score, score.CauseRight),-6} {Mark(score, score.CulpritRight),-8} {Seconds(score.LiveSeconds),6} {Seconds(score.ReportSeconds),7}  {Said(score)}");
        var totals = ScoreTotals.Of(scores);
        text.Append(CultureInfo.InvariantCulture, $"cause {totals.Causes} of {totals.Faulty}, culprit {totals.Culprits} of {totals.Faulty}; {totals.Healthy} healthy with {totals.Criticals} critical and {totals.Warnings} warnings; {totals.NotRun} not run");
        return text.ToString();
    }

    /// <summary>The same for programs.</summary>
    public static string Json(IReadOnlyCollection<Score> scores)
    {
        var totals = ScoreTotals.Of(scores);
        return JsonSerializer.Serialize(new
        {
            cases = scores.Select(score => new
            {
                name = score.Case.Name,
                scene = score.Case.Scene,
                causes = score.Case.Causes,
                culprits = score.Case.Culprits,
                healthy = score.Case.IsHealthy,
                score.Ran,
                score.CauseRight,
                score.CulpritRight,
                score.Found,
                score.Criticals,
                score.Warnings,
                score.LiveSeconds,
                score.ReportSeconds,
                score.Requests,
                score.Problem,
            }),
            totals,
        }, Camel);
    }

    /// <summary>The table of cases itself.</summary>
    public static string List(IEnumerable<Case> cases) => string.Join('\n', cases.Select(one => $"{one.Name,-30} {one.Scene,-18} {Expected(one),-28} {string.Join(" | ", one.Culprits)}\n{"",30} {one.Why}"));

    /// <summary>One score as a line.</summary>
    public static string Outcome(Score score) =>
        $"cause {Mark(score, score.CauseRight)}, culprit {Mark(score, score.CulpritRight)}; {score.Requests.Sent} requests sent, {score.Requests.Ok} ok, {score.Requests.Failed} failed; {Said(score)}";

    static string Expected(Case one) => one.IsHealthy ? "(healthy)" : string.Join("|", one.Causes);

    static string Mark(Score score, bool right) => !score.Ran ? "-" : right ? "yes" : "NO";

    static string Seconds(double? seconds) => seconds?.ToString("0.0", CultureInfo.InvariantCulture) ?? "n/a";

    static string Said(Score score) => score.Problem is { } problem ? $"{score.Found} {problem}".Trim()
        : score.Case.IsHealthy && score.Criticals + score.Warnings > 0 ? $"{score.Criticals} critical, {score.Warnings} warnings: {score.Found}"
        : score.Found;
}
