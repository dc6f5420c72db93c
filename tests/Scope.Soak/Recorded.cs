// Who is recorded, and who records: the same in each soak, as built.
using Scope.Testing;

namespace Scope.Soak;

static class Recorded
{
    /// <summary>Events a second, about.</summary>
    public const int Rate = 20_000;

    const int SomeEventsBytes = 1000;
    const int RoundsASecond = 5200; // Some four events each.
    const string OwnEvents = "Scope-Targets-Mixed:0xFFFFFFFFFFFFFFFF:5";

    /// <summary>Starts a process that does a bit of everything, at a steady rate.</summary>
    public static async Task<ChildProcess> StartTargetAsync()
    {
        var target = ChildProcess.Start(Checkout.Program("tests/Targets/Scope.Targets.Mixed"), ["paced", $"{RoundsASecond}"]);
        await target.LineAsync("ready");
        return target;
    }

    /// <summary>Starts to record it, until a signal ends that.</summary>
    public static ChildProcess Record(ChildProcess target, TemporaryFolder output, IReadOnlyDictionary<string, string?> environment) =>
        ChildProcess.Start(ScopeAttach, [$"{target.Id}", "--quiet", "--no-report", "--snapshot", "none", "--providers", OwnEvents, "-o", output.Path], environment);

    /// <summary>Waits until a recording below a folder has events on the disk.</summary>
    public static Task UntilWrittenAsync(TemporaryFolder folder) =>
        Deadline.UntilAsync("events to reach the disk", () => Directory.GetFiles(folder.Path, "*.seg", SearchOption.AllDirectories).Any(file => new FileInfo(file).Length > SomeEventsBytes));

    /// <summary>Ends a recording in order; one that has nothing on the disk yet, once it has.</summary>
    public static async Task EndAsync(ChildProcess agent)
    {
        const int interrupt = 2;
        await Deadline.UntilAsync("the agent to have written something", () => !agent.Running || HasWritten(agent.Id));
        agent.Signal(interrupt);
        var ended = await agent.EndAsync();
        if (ended.ExitCode != 0) throw new InvalidOperationException($"the agent ended with {ended.ExitCode}: {ended.Errors}");
    }

    static bool HasWritten(int id) =>
        new DirectoryInfo($"/proc/{id}/fd").EnumerateFiles().Any(file => file.LinkTarget is { } open && open.EndsWith(".seg", StringComparison.Ordinal) && new FileInfo(open) is { Exists: true, Length: > SomeEventsBytes });

    /// <summary>The program.</summary>
    public static string ScopeAttach => Checkout.Program("agent/Scope.Agent", "scope-attach");
}
