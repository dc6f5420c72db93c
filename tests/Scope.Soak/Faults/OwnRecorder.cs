// The recorder in this process, on a real target: where only the recorder counts, a process for each would be most of the time.
using Scope.Agent;
using Scope.Agent.Configuration;
using Scope.Agent.Verbs;
using Scope.Attach.Port;
using Scope.Attach.Processes;
using Scope.Events.Redaction;
using Scope.Testing;

namespace Scope.Soak.Faults;

static class OwnRecorder
{
    /// <summary>Attaches, with the profile that nobody chose, and waits until events come.</summary>
    /// <param name="pid">The target.</param>
    /// <param name="folder">Gets the recording.</param>
    /// <param name="machine">The machine's clocks.</param>
    public static async Task<Recorder> StartAsync(int pid, TemporaryFolder folder, TimeProvider? machine = null)
    {
        (string, string, string)[] options = [("capture.providers", Hostile.Events, ""), ("snapshot.when", "none", ""), ("output.folder", folder.Path, "")];
        var values = SettingValues.Load(new([], null, new Dictionary<string, string>(), options), out var mistakes) ?? throw new InvalidOperationException(string.Join("; ", mistakes));
        var port = DiagnosticPort.Of(pid);
        var info = Agent.Targets.Describe(ProcessList.Read(pid)!, (await port.InfoAsync()).Value);
        var settings = RecordOptions.RecorderOf(values.Settings, Redactor.BuiltIn) with { Machine = machine ?? TimeProvider.System };
        var recorder = (await Recorder.StartAsync(port, info, settings, CancellationToken.None)).Value;
        await Deadline.UntilAsync("events to come", () => recorder.History.Count > 0);
        return recorder;
    }
}
