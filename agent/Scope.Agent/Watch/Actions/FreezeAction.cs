// Keeps the time around a trigger: a recording of its own of just that time, wherever it lies (in memory, on the disk, in
// the recordings of a process that has ended), and its report. Reading hours for the sake of a minute would be much: only the
// segments of that time are read.
using Scope.Store;
using Scope.Store.Recordings;

namespace Scope.Agent.Watch.Actions;

static class FreezeAction
{
    /// <summary>Keeps the recording and writes its report.</summary>
    public static Task<ActionOutcome> FreezeAsync(Incident incident, CancellationToken cancel) => WithHistoryAsync(incident, (history, notes) =>
    {
        var kept = FrozenRecording.Keep(history, incident.From, incident.To, incident.Folder, notes);
        if (kept == 0) return new(false, "nothing was recorded in that time");
        return new(true, $"{kept:N0} events" + (TryReport(() => RecordingReader.Open(incident.Folder), incident, notes) is { } problem ? $", without a report: {problem}" : ""));
    });

    /// <summary>Writes the report only.</summary>
    public static Task<ActionOutcome> ReportAsync(Incident incident, CancellationToken cancel) => incident.Rule.Do.Contains(ActionTable.Freeze)
        ? Task.FromResult(new ActionOutcome(true, "written with the recording"))
        : WithHistoryAsync(incident, (history, notes) =>
            TryReport(() => history, incident, notes) is { } problem ? new(false, problem) : new(true, "written"));

    // What is kept is kept, whatever becomes of its report.
    static string? TryReport(Func<IHistory> open, Incident incident, IReadOnlyList<string> notes)
    {
        if (incident.Reports.Resting is { } resting) return resting;
        try
        {
            incident.Findings = FrozenRecording.WriteReport(open(), incident.From, incident.To, incident.Folder, $"scope-attach watch, rule {incident.Rule.Name}", notes).Findings;
            incident.Reports.Worked();
            return null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            incident.Reports.Failed(e.Message);
            return e is IOException or UnauthorizedAccessException or UserError ? e.Message : $"a bug of ours, please report it: {e}";
        }
    }

    static Task<ActionOutcome> WithHistoryAsync(Incident incident, Func<IHistory, IReadOnlyList<string>, ActionOutcome> use) => Task.Run(() =>
    {
        try
        {
            return incident.Target.HistoryOf(incident.From, incident.To, out var problem) is { } history ? use(history, [incident.Note, .. incident.Target.Notes]) : new(false, problem!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UserError)
        {
            return new(false, e.Message);
        }
    });
}
