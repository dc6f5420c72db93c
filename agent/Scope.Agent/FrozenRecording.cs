// Some time out of a history, kept: a recording of its own of just that time, and its report.
using Scope.Events;
using Scope.Insight;
using Scope.Store;
using Scope.Store.Recordings;

namespace Scope.Agent;

static class FrozenRecording
{
    /// <summary>Writes both into a folder that is there; gives how many events there were, 0 with nothing written.</summary>
    /// <param name="history">The history; may grow.</param>
    /// <param name="from">Not before this instant.</param>
    /// <param name="to">Before this instant.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="command">What asked for it, for the report.</param>
    /// <param name="notes">What its readers should know.</param>
    /// <param name="diagnosis">What was found in that time; null where there was nothing.</param>
    /// <exception cref="IOException">The disk refused.</exception>
    public static long Write(IHistory history, EventTime from, EventTime to, string folder, string command, IReadOnlyList<string> notes, out Diagnosis? diagnosis)
    {
        diagnosis = null;
        var kept = Keep(history, from, to, folder, notes);
        if (kept > 0) diagnosis = WriteReport(RecordingReader.Open(folder), from, to, folder, command, notes);
        return kept;
    }

    /// <summary>Writes the recording only; gives how many events there were, 0 with nothing written.</summary>
    public static long Keep(IHistory history, EventTime from, EventTime to, string folder, IReadOnlyList<string> notes) =>
        RecordingExcerpt.Write(history, from, to, folder, new() { ScopeVersion = ReportFiles.ScopeVersion, Notes = notes });

    /// <summary>Writes the report of that time only; gives what was found.</summary>
    public static Diagnosis WriteReport(IHistory history, EventTime from, EventTime to, string folder, string command, IReadOnlyList<string> notes)
    {
        var diagnosis = ReportFiles.Diagnose(history, from, to);
        ReportFiles.Write(history, diagnosis, folder, cost: null, command, notes);
        return diagnosis;
    }
}
