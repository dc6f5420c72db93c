// logging-storm: the target spends its time on writing logs.
// Looks for: a good part of the running time inside of logging libraries; or many records a request: by those that are recorded,
//            or by what formatting them allocates.
// In: CPU samples; allocations; log records (warnings and errors by default).
// Scores: by the share of the target's CPU or allocations.
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
    const double BytesPerRecord = 300; // A message with its arguments, the line made of it and the boxes between; longer ones cost more and are fewer.
    const double ShareOfBytes = 0.4; // Logging as the largest part of what a service makes.

    public IEnumerable<Suspicion> Look(Investigation at)
    {
        var hot = HotCalls.Of(at, Callee.Logging, "the logging library", ShareOfCpu, FewestCores);
        var records = Records(at);
        var perSecond = records.Total / at.Seconds;
        var many = perSecond >= RecordsPerSecond && records.Total >= RecordsPerRequest * at.Requests.Count;
        var made = Made(at);
        var share = made.Total / Math.Max(1, at.Memory.BytesByType.Total);
        var estimated = made.Total / BytesPerRecord;
        var formatting = share >= ShareOfBytes && estimated >= RecordsPerSecond * at.Seconds && estimated >= RecordsPerRequest * at.Requests.Count;
        if (hot is null && !many && !formatting) yield break;
        var method = hot?.Method ?? (made.Count > 0 ? made.Top : at.Samples.Callers(Callee.Logging).Top);
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
                Impact = hot?.ImpactOf(at) ?? Math.Max(0.2, share / 2),
                Summary = (hot is null ? "" : $"Logging takes {Wording.Percent(hot.Share)} of the target's CPU, most of it asked for in {at.Place(hot.Method)}. ")
                    + (formatting ? $"{Wording.Percent(share)} of all that is allocated is log records, about {Wording.Number(estimated / Math.Max(1, at.Requests.Count))} for each request{(method.IsNone ? "" : $", most of them by {at.Place(method)}")}. " : "")
                    + (many ? $"{Wording.Number(perSecond)} warnings and errors are logged a second, {Wording.Number(records.Total / Math.Max(1, at.Requests.Count))} for each request." : ""),
                Advice = "Log at a lower level or less often (sample, or once a minute with a count), use LoggerMessage source generation, check IsEnabled before building arguments, and write in the background instead of to the console.",
                Reasoning = (hot?.How ?? "Culprit: the application's method on the stacks that log; where none shows it, the category that logs most.") + " Refuted when the level was raised on purpose.",
                Evidence = hot?.Evidence ?? at.Memory.AllocationsOf(method),
            },
        };
    }

    /// <summary>Bytes allocated inside of logging libraries, by the application's method that logs.</summary>
    static Tally<MethodId> Made(Investigation at)
    {
        var made = new Tally<MethodId>();
        at.History.Visit(at.Window(KindSet.Of(EventKind.Allocation)), (EventId _, in ScopeEvent e) =>
        {
            if (at.Stacks.Of(e.Stack).Callee == Callee.Logging) made.Add(at.Stacks.AppMethodOf(e.Stack), e.Value);
            return true;
        });
        return made;
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
