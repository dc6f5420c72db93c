// Keeps the time around a trigger: a recording of its own of just that time, wherever it lies (in memory, on the disk, in
// the recordings of a process that has ended), and its report. Reading hours for the sake of a minute would be much: only the
// segments of that time are read.
using Scope.Store;

namespace Scope.Agent.Watch.Actions;

static class FreezeAction
{
    /// <summary>Keeps the recording and writes its report.</summary>
    public static Task<ActionOutcome> FreezeAsync(Incident incident, CancellationToken cancel) => WithHistoryAsync(incident, (history, notes) =>
    {
        var kept = FrozenRecording.Write(history, incident.From, incident.To, incident.Folder, CommandOf(incident), notes, out var diagnosis);
        if (diagnosis is null) return new(false, "nothing was recorded in that time");
        incident.Findings = diagnosis.Findings;
        return new(true, $"{kept:N0} events");
    });

    /// <summary>Writes the report only.</summary>
    public static Task<ActionOutcome> ReportAsync(Incident incident, CancellationToken cancel) => incident.Rule.Do.Contains(ActionTable.Freeze)
        ? Task.FromResult(new ActionOutcome(true, "written with the recording"))
        : WithHistoryAsync(incident, (history, notes) =>
        {
            incident.Findings = FrozenRecording.WriteReport(history, incident.From, incident.To, incident.Folder, CommandOf(incident), notes).Findings;
            return new(true, "written");
        });

    static string CommandOf(Incident incident) => $"scope-attach watch, rule {incident.Rule.Name}";

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
