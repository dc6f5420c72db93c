// scope-attach explain: the long form of a finding: the evidence in the order in which it happened, how the culprit was found, what
// was considered beside it and why that lost, and what to look at next.
using System.CommandLine;
using Scope.Events;
using Scope.Insight;
using Scope.Store.Recordings;

namespace Scope.Agent.Verbs;

static class ExplainVerb
{
    static readonly Argument<string> Recording = new("recording") { Description = "The recording's folder." };
    static readonly Argument<int?> Rank = new("finding") { Description = "Its rank in findings.json; all when not given.", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var verb = new Command("explain", "Explains a finding: its evidence in order, what else was considered, what to check next.") { Recording, Rank, Json };
        verb.SetAction(parsed => (int)Run(parsed));
        return verb;
    }

    static ExitCode Run(ParseResult parsed)
    {
        var recording = OpenRecording.At(parsed.GetValue(Recording)!);
        var diagnosis = ReportFiles.Diagnose(recording, EventTime.Min, EventTime.Max);
        var rank = parsed.GetValue(Rank);
        if (rank is < 1 || rank > diagnosis.Findings.Count)
            throw new UserError(ExitCode.BadArgument, diagnosis.Findings.Count == 0 ? "there are no findings: it looks healthy" : $"there is no finding {rank}; there are 1 to {diagnosis.Findings.Count}");
        var chosen = diagnosis.Findings.Select((finding, i) => (Rank: i + 1, Finding: finding)).Where(f => rank is null || f.Rank == rank).ToList();
        if (parsed.GetValue(Json)) JsonOut.Write(Console.Out, chosen.Select(f => Machine(recording, diagnosis, f.Rank, f.Finding)));
        else if (chosen.Count == 0) Console.WriteLine("No findings: it looks healthy.");
        else foreach (var (number, finding) in chosen) Tell(recording, diagnosis, number, finding);
        return ExitCode.Ok;
    }

    static void Tell(Recording recording, Diagnosis diagnosis, int rank, Finding finding)
    {
        Console.WriteLine($"{rank}. {finding.Cause}: {finding.Culprit}  ({finding.Severity.ToString().ToLowerInvariant()}, {finding.Confidence:P0} sure)");
        Console.WriteLine();
        Say("What happened", finding.Summary);
        Say("How it was found", finding.Reasoning);
        if (finding.Also.Count > 0) Say("Also involved", string.Join(", ", finding.Also));
        Console.WriteLine("   Evidence, in the order in which it happened");
        foreach (var line in Evidence(recording, finding)) Console.WriteLine($"     {line}");
        Console.WriteLine();
        var others = Alternatives(diagnosis, finding);
        if (others.Count > 0) Say("Considered as well", string.Join(Environment.NewLine + "     ", others));
        Say("What to do", finding.Advice);
        Say("Check next", string.Join(Environment.NewLine + "     ", Next(recording, finding)));
    }

    static void Say(string title, string text)
    {
        Console.WriteLine($"   {title}");
        Console.WriteLine($"     {text}");
        Console.WriteLine();
    }

    static IEnumerable<string> Evidence(Recording recording, Finding finding) =>
        finding.Evidence.Select(id => (Id: id, Held: recording.TryGet(id, out var e), Event: e)).Where(e => e.Held).OrderBy(e => e.Event.Time)
            .Select(e => $"{(e.Event.Time - recording.First) / 1e9,9:0.000} s  #{e.Id.Value,-9} {e.Event.Kind.Text(),-18} {recording.Catalog.Names[e.Event.Name]}");

    /// <summary>Findings that stand beside it, and why they do not come first.</summary>
    static List<string> Alternatives(Diagnosis diagnosis, Finding finding) =>
        [.. diagnosis.Findings.Where(other => !ReferenceEquals(other, finding)).Select(other => $"{other.Cause} ({other.Culprit}): {WhyNot(finding, other)}")];

    static string WhyNot(Finding finding, Finding other) =>
        other.Severity < finding.Severity ? "it matters less"
        : other.Severity > finding.Severity ? "it matters more, and is told before this one"
        : other.Impact * other.Confidence <= finding.Impact * finding.Confidence ? $"it costs less, or is less certain ({other.Impact * other.Confidence:0.00} against {finding.Impact * finding.Confidence:0.00})"
        : "it costs more, and is told before this one";

    static IEnumerable<string> Next(Recording recording, Finding finding)
    {
        if (finding.Evidence.Count > 0) yield return $"scope-attach report {recording.Folder} --around {finding.Evidence[0].Value}   (the five seconds before and after its first evidence)";
        yield return $"scope-attach query {recording.Folder} --text \"{finding.Culprit}\"   (all events that name the culprit)";
        if (recording.Snapshots.Count == 0) yield return "scope-attach snapshot PID   (stacks, locks and heap at one instant: none was taken)";
    }

    static object Machine(Recording recording, Diagnosis diagnosis, int rank, Finding finding) => new
    {
        rank,
        finding.Cause,
        finding.Culprit,
        finding.Summary,
        finding.Reasoning,
        finding.Advice,
        finding.Also,
        evidence = Evidence(recording, finding),
        considered = Alternatives(diagnosis, finding),
        next = Next(recording, finding),
    };
}
