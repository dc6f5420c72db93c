// logging-storm: the target spends its time on writing logs.
// Looks for: a good part of the running time inside of logging libraries; or many records a request among those that are recorded.
// In: CPU samples; log records (warnings and errors by default).
// Scores: by the share of the target's CPU.
// Culprit: the application's method that logs most.
// Refuted by: a log level that is about to be set back (somebody is looking for something).
using Scope.Events;
using Scope.Insight.Views;

namespace Scope.Insight.Causes;

/// <summary>Finds logging that costs more than it tells.</summary>
internal sealed class LoggingStorm : ICause
{
    const double ShareOfCpu = 0.2; // Ten lines a request cost a small request some percent.
    const double FewestCores = 0.05;
    const double RecordsPerRequest = 10;
    const double RecordsPerSecond = 200;

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var hot = HotCalls.Of(at, Callee.Logging, ShareOfCpu, FewestCores);
        var records = Records(at);
        var perSecond = records.Total / at.Seconds;
        var many = perSecond >= RecordsPerSecond && records.Total >= RecordsPerRequest * at.Requests.Count;
        if (hot is null && !many) yield break;
        var method = hot?.Method ?? at.Samples.Callers(Callee.Logging).Top;
        yield return new()
        {
            Method = method,
            SeenIn = hot?.SeenIn ?? default,
            Finding = new()
            {
                Cause = "logging-storm",
                Culprit = method.IsNone ? at.Catalog.Names[records.Top] : at.NameOf(method),
                Also = [.. (hot?.Others ?? []).Concat(records.Heaviest.Take(2).Select(r => at.Catalog.Names[r.Key])).Distinct()],
                Severity = Severity.Warning,
                Confidence = hot is null ? 0.75 : Severities.Confidence(hot.Samples, 20),
                Impact = hot?.ImpactOf(at) ?? 0.2,
                Summary = (hot is null ? "" : $"Logging takes {Wording.Percent(hot.Share)} of the target's CPU, most of it asked for in {at.Place(hot.Method)}. ")
                    + (many ? $"{Wording.Number(perSecond)} warnings and errors are logged a second, {Wording.Number(records.Total / Math.Max(1, at.Requests.Count))} for each request." : ""),
                Advice = "Log at a lower level or less often (sample, or once a minute with a count), use LoggerMessage source generation, check IsEnabled before building arguments, and write in the background instead of to the console.",
                Reasoning = $"Culprit: the application's deepest frame below the logging library's; without samples, the category that logs most.{hot?.How} Refuted when the level was raised on purpose.",
                Evidence = hot?.Evidence ?? [],
            },
        };
    }

    static Tally<NameId> Records(Investigation at)
    {
        var records = new Tally<NameId>();
        at.History.Visit(at.Window(KindSet.Of(EventKind.Log)), (EventId _, in ScopeEvent e) =>
        {
            records.Add(e.Name, 1);
            return true;
        });
        return records;
    }
}
