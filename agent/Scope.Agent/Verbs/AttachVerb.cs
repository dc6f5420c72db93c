// scope-attach PID: the main job. Finds the process, records it while showing it live, and writes the incident report.
using System.CommandLine;
using Scope.Agent.Live;
using Scope.Attach.Hooks;
using Scope.Attach.Port;
using Scope.Attach.Processes;

namespace Scope.Agent.Verbs;

static class AttachVerb
{
    static readonly Argument<string?> Target = new("pid or name") { Description = "The process to attach to: its pid, or a name that only one process has.", Arity = ArgumentArity.ZeroOrOne };

    static readonly Option<string?> Follow = new("--follow") { Description = "Instead of the live view: print the events that match as they come, such as 'kind:exception method:Orders.*' (the questions of scope-attach query)." };

    /// <summary>Makes the bare command attach.</summary>
    public static void Into(RootCommand root)
    {
        root.Arguments.Add(Target);
        foreach (var option in RecordOptions.All) root.Options.Add(option);
        root.Options.Add(Follow);
        root.SetAction(async (parsed, cancel) => (int)await RunAsync(parsed, cancel));
    }

    static async Task<ExitCode> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (parsed.GetValue(Target) is not { } text) throw new UserError(ExitCode.BadArgument, "which process? Give its pid or name; scope-attach ps lists them. More: scope-attach --help");
        if (text.StartsWith('-')) throw new UserError(ExitCode.BadArgument, $"there is no option {text}; scope-attach --help lists them");
        var options = RecordOptions.Read(parsed) with { Follow = parsed.GetValue(Follow) is { } question ? FollowedEvents.Parse(question) : null };
        if (options is { Follow: not null, Json: true }) throw new UserError(ExitCode.BadArgument, "--follow prints lines for people, and --json one object for programs: leave one out, or ask the recording with scope-attach query --json");
        if (!ProcessList.Find(text).Try(out var process, out var failure)) throw Failures.Of(failure);
        var port = DiagnosticPort.Of(process.Pid);
        if (!(await port.InfoAsync(cancel)).Try(out var runtime, out failure)) throw Failures.Of(failure);
        if (!options.Quiet && options.Offer != 0 && CollectorObstacle.Of(process.Pid, runtime) is null && await InsideQuestion.AskAsync(process.Pid))
            options = options with { Recorder = options.Recorder with { Inside = options.Offer } };
        // Before there is anything to end in good order: who asks for the end meanwhile gets it when there is.
        using var signals = new StopSignals(duration: null, watchEnter: !options.Quiet);
        if (!(await signals.OrGiveUpAsync(Recorder.StartAsync(port, Targets.Describe(process, runtime), options.Recorder, signals.Hurry))).Try(out var recorder, out failure)) throw Failures.Of(failure);
        await using var closing = recorder;
        await recorder.AddProbesAsync(signals.Hurry);
        signals.EndAfter(options.Duration);
        return await RecordingSession.RunAsync(recorder, signals, options);
    }
}
