// What the user reads at the end: the findings in order, and where everything is.
using Scope.Insight;
using Scope.Store;

namespace Scope.Agent;

static class Results
{
    /// <summary>Tells the outcome, for people or as JSON.</summary>
    public static void Tell(IHistory history, Diagnosis diagnosis, string folder, string written, bool json)
    {
        if (json)
        {
            JsonOut.Write(Console.Out, new
            {
                recording = folder,
                written,
                events = history.Count,
                captured = history.Ledger.Captured,
                lost = history.Ledger.Lost,
                findings = diagnosis.Findings.Select((f, i) => new { rank = i + 1, f.Cause, f.Culprit, severity = f.Severity.ToString().ToLowerInvariant(), f.Confidence, f.Summary, f.Advice }),
            });
            return;
        }
        if (diagnosis.Findings.Count == 0) Console.WriteLine("No findings: it looks healthy.");
        for (var i = 0; i < diagnosis.Findings.Count; i++)
        {
            var f = diagnosis.Findings[i];
            Console.WriteLine($"{i + 1}. {f.Cause}: {f.Culprit}  ({f.Severity.ToString().ToLowerInvariant()}, {f.Confidence:P0} sure)");
            Console.WriteLine($"   {f.Summary}");
            Console.WriteLine($"   {f.Advice}");
        }
        Console.WriteLine(LedgerLine(history));
        Console.WriteLine(Path.GetFullPath(written));
    }

    /// <summary>The share that every answer rests on.</summary>
    public static string LedgerLine(IHistory history)
    {
        var ledger = history.Ledger;
        return ledger.Lost == 0 ? $"{history.Count:N0} events, none lost." : $"{history.Count:N0} events; {ledger.Lost:N0} were lost, so this rests on {ledger.Share:P2} of what happened.";
    }
}
