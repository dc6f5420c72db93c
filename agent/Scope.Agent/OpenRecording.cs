// Opens recordings for the verbs that read them, and says what is wrong with one that is broken.
using Scope.Store.Recordings;

namespace Scope.Agent;

static class OpenRecording
{
    /// <summary>Opens a recording's folder; what is wrong with it goes to the standard error, or is the reason to stop.</summary>
    public static Recording At(string folder, RecordingWindow? window = null)
    {
        if (RecordingReader.TryOpen(folder, out var problem, window: window) is not { } recording) throw new UserError(ExitCode.BadArgument, problem!);
        foreach (var note in recording.Notes) Console.Error.WriteLine("scope-attach: " + note);
        return recording;
    }
}
