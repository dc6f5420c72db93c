// The target ends, in every way that a process can, some of which leave its sockets open: each recording is closed, says how
// it ended, and has its report.
using Scope.Agent.Watch;
using Scope.Benchmarks;
using Scope.Events;
using Scope.Store.Recordings;
using Scope.Testing;

namespace Scope.Soak.Faults;

static class EndingTarget
{
    const int Few = 1, Many = 20;

    /// <summary>A way to end: by what the target is told, and what a recording of it must say.</summary>
    /// <param name="How">What it is told; kill is done to it.</param>
    /// <param name="Code">Its exit code.</param>
    /// <param name="Signal">The signal that ends it.</param>
    sealed record End(string How, int Code, int Signal);

    static readonly End[] s_ends = [new("exit", 7, 0), new("kill", 0, 9), new("crash", 0, 6), new("fail-fast", 0, 6), new("fault", 0, 11), new("exec", 0, 0), new("fork", 0, 0)];

    public static async Task<IReadOnlyList<BenchmarkRow>> RunAsync(FaultRun run)
    {
        List<BenchmarkRow> rows = [];
        var (rounds, wrong) = (0, new Dictionary<string, string>());
        for (; run.Goes(rounds, Few, Many); rounds++)
        {
            foreach (var (end, problem) in await Task.WhenAll(s_ends.Select(TryAsync)))
                if (problem is not null) wrong.TryAdd(end.How, problem);
        }
        rows.Add(Measures.Figure("times that a target ended in each way", rounds));
        rows.AddRange(s_ends.Select(e => BenchmarkRow.Alone($"by {e.How}{(wrong.GetValueOrDefault(e.How) is { } problem ? ": " + problem : "")}", "closed, told, reported", wrong.ContainsKey(e.How) ? 0 : rounds, "", !wrong.ContainsKey(e.How))));
        return rows;
    }

    static async Task<(End End, string? Problem)> TryAsync(End end)
    {
        using var folder = new TemporaryFolder("ends");
        await using var target = await Hostile.StartAsync();
        await using var agent = ChildProcess.Start(Recorded.ScopeAttach, [$"{target.Id}", "--quiet", "--snapshot", "none", "-o", folder.Path]);
        await Recorded.UntilWrittenAsync(folder);
        if (end.How == "kill") target.Kill();
        else await target.WriteLineAsync($"end {end.How}");
        try
        {
            var ended = await agent.EndAsync(TimeSpan.FromSeconds(30));
            return (end, ended.ExitCode == 0 ? WrongIn(folder, end) : $"exit code {ended.ExitCode}: {ended.Errors}");
        }
        catch (TimeoutException)
        {
            return (end, "the recording did not end");
        }
    }

    static string? WrongIn(TemporaryFolder folder, End end)
    {
        var path = Directory.GetDirectories(folder.Path, "*.scope").Single();
        var recording = RecordingReader.Open(path);
        if (!recording.Info.CleanEnd) return "the recording is not closed";
        if (!File.Exists(Path.Combine(path, "incident.html"))) return "there is no report";
        (long Code, int Signal, string How)? told = null;
        recording.Visit(new() { Kinds = KindSet.Of(EventKind.ProcessExited) }, (EventId _, in ScopeEvent e) =>
        {
            told = (e.Value, e.Detail, recording.Catalog.Names[e.Name]);
            return true;
        });
        return told is null ? "no end of the process is told"
            : told.Value.How == TargetEnd.UnknownEnd ? null // Who began it, and has to ask the kernel first, is another process on a busy machine.
            : told.Value.Signal != end.Signal || (end.Signal == 0 && told.Value.Code != end.Code) ? $"it is told to have ended with code {told.Value.Code} and signal {told.Value.Signal}" : null;
    }
}
