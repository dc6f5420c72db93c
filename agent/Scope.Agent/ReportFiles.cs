// Writes what a recording is read by: findings.json and incident.html, into the recording's folder.
using Scope.Events;
using Scope.Insight;
using Scope.Reports.Incident;
using Scope.Store;
using Scope.Store.Recordings;

namespace Scope.Agent;

static class ReportFiles
{
    /// <summary>The report's file in a recording's folder.</summary>
    public const string ReportFile = "incident.html";

    /// <summary>The version of Scope that writes.</summary>
    public static string ScopeVersion { get; } = typeof(ReportFiles).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>What is wrong in a window of a history.</summary>
    public static Diagnosis Diagnose(IHistory history, EventTime from, EventTime to)
    {
        using var diagnostician = new Diagnostician();
        return diagnostician.Run(history, from, to);
    }

    /// <summary>Writes both files; gives the report's path.</summary>
    public static string Write(IHistory history, Diagnosis diagnosis, string folder, RecordingCost? cost, string command, IReadOnlyList<string>? notes = null, string? reportPath = null)
    {
        WriteFindings(history, diagnosis, folder);
        var path = reportPath ?? Path.Combine(folder, ReportFile);
        var facts = new ReportFacts
        {
            Target = TargetOf(history),
            Ledger = history.Ledger,
            Cost = cost,
            Command = command,
            RecordingPath = folder,
            Notes = [.. notes ?? [], .. WithoutNames(history.Catalog), .. WithoutLines(diagnosis)],
        };
        WriteWhole(path, stream => IncidentReport.Write(history, diagnosis, facts, stream));
        return path;
    }

    /// <summary>Code that was compiled ahead of time (NativeAOT) tells neither stacks nor methods; then findings name types, locks and routes.</summary>
    static IEnumerable<string> WithoutNames(Catalog catalog) => catalog.Methods.LastId == 0 && catalog.Stacks.LastId == 0
        ? ["No stack and no method was told, as it is with a program that was compiled ahead of time (NativeAOT); findings name types, locks and routes instead of methods."] : [];

    /// <summary>A slow disk, mostly a network's, is not waited for again and again.</summary>
    static IEnumerable<string> WithoutLines(Diagnosis diagnosis) => diagnosis.CodeUnread is { } failing
        ? [$"Methods may lack their source lines and inlined callers: the files of the target's modules were left alone since {failing.Since:HH:mm:ss} UTC, because {failing.Why}. Where they are at hand, scope-attach report writes it anew."] : [];

    /// <summary>Writes findings.json only; gives its path.</summary>
    public static string WriteFindings(IHistory history, Diagnosis diagnosis, string folder)
    {
        var path = Path.Combine(folder, RecordingFolder.FindingsFile);
        WriteWhole(path, stream => FindingsFile.Write(stream, TargetOf(history), diagnosis, history.Ledger));
        return path;
    }

    static TargetInfo TargetOf(IHistory history) => history.Catalog.Targets.All.FirstOrDefault() ?? new(0, "unknown", "", "", "", "", EventTime.Min, 0, "");

    static void WriteWhole(string path, Action<Stream> write)
    {
        try
        {
            OwnerFile.Replace(path, write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError(ExitCode.TracingBroke, $"could not write {path}: {e.Message}. The recording itself is kept: scope-attach report <recording> -o <folder> writes the report elsewhere.");
        }
    }
}
