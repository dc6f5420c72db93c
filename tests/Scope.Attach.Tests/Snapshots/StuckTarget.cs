// A real process that gets stuck in the way it is told, and says what a snapshot of it must find.
using Scope.Attach.Snapshots;
using Scope.Events.Snapshots;
using Scope.Testing;

namespace Scope.Attach.Tests.Snapshots;

sealed class StuckTarget : IAsyncDisposable
{
    readonly ChildProcess _process;

    StuckTarget(ChildProcess process) => _process = process;

    public int Pid => _process.Id;

    public static async Task<StuckTarget> StartAsync(params string[] states)
    {
        var target = new StuckTarget(ChildProcess.Start(Checkout.Program("tests/Targets/Scope.Targets.Stuck"), []));
        await target._process.LineAsync("ready");
        foreach (var state in states) await target.DoAsync(state);
        return target;
    }

    /// <summary>Brings it into a state; gives its answer.</summary>
    public async Task<string> DoAsync(string state)
    {
        var word = state.Split(' ')[0];
        var before = _process.Output.Split('\n').Count(l => l.StartsWith($"done {word} ", StringComparison.Ordinal));
        await _process.WriteLineAsync(state);
        string[] answers = [];
        await Deadline.UntilAsync($"the target to answer {state}", () => (answers = [.. _process.Output.Split('\n').Where(l => l.StartsWith($"done {word} ", StringComparison.Ordinal))]).Length > before);
        return answers[^1][$"done {word} ".Length..];
    }

    public Snapshot Look(SnapshotLevel? level = null, bool strings = false) =>
        Snapshotter.Take(new() { Pid = Pid, MaxPauseMillis = 60_000, AnalysisMillis = 60_000, Level = level, CountStrings = strings }).Value;

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
