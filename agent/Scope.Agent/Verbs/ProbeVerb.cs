// scope-attach probe PID METHODS: makes methods of a running process tell of their calls, live, and puts their old code back.
// Nothing is touched before it was said what will be probed and what stays.
using System.CommandLine;
using System.Text.Json;
using Scope.Agent.Configuration;
using Scope.Agent.Live;
using Scope.Agent.Probes;
using Scope.Agent.Sources;
using Scope.Attach.Port;
using Scope.Attach.Processes;
using Scope.Attach.Translate;
using Scope.Events;
using Scope.Hooks.Wire;

namespace Scope.Agent.Verbs;

static class ProbeVerb
{
    const int ShownBefore = 20;

    static readonly Argument<string> Target = new("pid or name") { Description = "The process: its pid, or a name that only one process has." };

    public static Command Create()
    {
        var verb = new Command("probe", "Makes methods of a running process tell of their calls: arguments, results, exceptions, times, values; a log line that nobody compiled in.") { Target };
        ProbeOptions.Into(verb);
        foreach (var option in RecordOptions.All) verb.Options.Add(option);
        verb.SetAction(async (parsed, cancel) => (int)await RunAsync(parsed, cancel));
        foreach (var inner in ProbeListVerbs.Create()) verb.Subcommands.Add(inner);
        return verb;
    }

    static async Task<ExitCode> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        RecordOptions.ConfigurationOf(parsed).Refuse("a probe rewrites methods of its target");
        var (spec, options) = (ProbeOptions.Read(parsed), RecordOptions.Read(parsed));
        options = options with { Duration = ProbeOptions.Duration(parsed) ?? options.Duration };
        if (!ProcessList.Find(parsed.GetValue(Target)!).Try(out var process, out var failure)) throw Failures.Of(failure);
        var port = DiagnosticPort.Of(process.Pid);
        if (!(await port.InfoAsync(cancel)).Try(out var runtime, out failure)) throw Failures.Of(failure);
        var target = Targets.Describe(process, runtime);
        if (!ProbePreparation.Make(target, [spec]).Try(out var prepared, out failure)) throw Failures.Of(failure);
        if (!options.Quiet)
        {
            Console.Error.WriteLine($"Probing {Many(prepared.Probes.Count, "method")} of {target.Name} ({target.Pid}):");
            foreach (var line in ProbeLines.Before(prepared, ShownBefore)) Console.Error.WriteLine(line);
            Console.Error.WriteLine(ProbeLines.StaysBehind);
        }
        using var signals = new StopSignals(duration: null, watchEnter: !options.Quiet);
        var hits = new HitTold(spec, options.Json);
        return ProbeOptions.IsRecorded(parsed)
            ? await RecordAsync(port, target, spec, prepared, hits, signals, options, cancel)
            : await WatchAsync(port, prepared, hits, signals, options, cancel);
    }

    static async Task<ExitCode> WatchAsync(DiagnosticPort port, ProbePreparation prepared, HitTold hits, StopSignals signals, RecordOptions options, CancellationToken cancel)
    {
        if (!(await ProbeSession.StartAsync(port, prepared, options.Recorder.Redactor, hits.Take, null, cancel)).Try(out var session, out var failure)) throw Failures.Of(failure);
        await using var closing = session;
        signals.EndAfter(options.Duration);
        await Task.WhenAny(session.Ended, signals.Stop);
        var isReverted = await session.StopAsync();
        Tell(session, hits, isReverted, options);
        return session.Probes.All(p => (ProbeState)session.StatusOf(p).State == ProbeState.Refused) ? ExitCode.NotPossible : ExitCode.Ok;
    }

    static async Task<ExitCode> RecordAsync(DiagnosticPort port, TargetInfo target, ProbeSpec spec, ProbePreparation prepared, HitTold hits, StopSignals signals, RecordOptions options, CancellationToken cancel)
    {
        if (!(await Recorder.StartAsync(port, target, options.Recorder.WithProbes([spec]), cancel)).Try(out var recorder, out var failure)) throw Failures.Of(failure);
        await using var closing = recorder;
        if (!(await recorder.ProbeAsync(prepared, hits.Take, cancel)).Try(out var source, out failure)) throw Failures.Of(failure);
        signals.EndAfter(options.Duration);
        await Task.WhenAny(ReactedAsync(recorder, source), signals.Stop);
        signals.End();
        var isReverted = await source.Session.StopAsync();
        Tell(source.Session, hits, isReverted, options);
        return await RecordingSession.RunAsync(recorder, signals, options with { Quiet = true });
    }

    // The time after a hit that is kept is still to come when the hits are used up.
    static async Task ReactedAsync(Recorder recorder, ProbeSource source)
    {
        await source.Session.Ended;
        await recorder.Reacted;
    }

    static void Tell(ProbeSession session, HitTold hits, bool isReverted, RecordOptions options)
    {
        hits.End();
        foreach (var line in hits.Histograms()) Console.Out.WriteLine(line);
        if (options.Json) return;
        foreach (var probe in session.Probes.Take(ShownBefore)) Console.Error.WriteLine($"  {probe.Id,4}  {probe.Method.Title}: {ProbeLines.Of(session.StatusOf(probe), !probe.IsCountedHere ? null : Math.Min(session.CallsOf(probe), probe.Spec.Hits == 0 ? long.MaxValue : probe.Spec.Hits))}");
        foreach (var probe in session.Probes.Where(session.WasPending).Take(ShownBefore)) Console.Error.WriteLine($"  {probe.Id,4}  was pending to the end: nobody called {probe.Method.Title} meanwhile, or only code that it was compiled into and that runs since before");
        if (session.Unended > 0) Console.Error.WriteLine($"  {Many((int)session.Unended, "call")} had begun before or went on after: not told");
        if (session.Lost > 0) Console.Error.WriteLine($"  {Many((int)session.Lost, "record")} lost: hits came faster than they were read");
        Console.Error.WriteLine(isReverted ? "All methods run their old code again." : $"scope-attach: the target did not confirm that its methods run their old code again; the library puts it back by itself within {Limits.ProbeSilenceMillis / 1000} s.");
    }

    static string Many(int count, string what) => $"{count:N0} {what}{(count == 1 ? "" : "s")}";

    /// <summary>Shows each hit as it comes, or keeps what a histogram needs.</summary>
    sealed class HitTold(ProbeSpec spec, bool isJson)
    {
        readonly StreamClock _clock = StreamClock.OfMachine(new());
        readonly Dictionary<string, List<long>> _ticks = [];
        readonly ProbeTree _tree = new();

        public void Take(ProbeCall call)
        {
            if (spec.Histogram)
            {
                if (!_ticks.TryGetValue(call.Probe.Method.Title, out var ticks)) _ticks[call.Probe.Method.Title] = ticks = [];
                if (call.DurationTicks is { } took && ticks.Count < Limits.ProbeHistogramCalls) ticks.Add(took);
            }
            else if (isJson) Console.Out.WriteLine(JsonSerializer.Serialize(JsonOf(call), JsonSerializerOptions.Web));
            else Show(_tree.Take(call));
        }

        /// <summary>Shows what was still waited for.</summary>
        public void End() => Show(_tree.End());

        void Show(IEnumerable<(ProbeCall Call, int Depth)> calls)
        {
            foreach (var (call, depth) in calls) Console.Out.WriteLine(ProbeLines.Of(call, _clock.At(call.BeginTicks), depth));
        }

        public IEnumerable<string> Histograms() => _ticks.SelectMany(entry => ProbeLines.Histogram(entry.Key, entry.Value));

        object JsonOf(ProbeCall call) => new
        {
            time = _clock.At(call.BeginTicks).ToString(), thread = call.Thread, method = call.Probe.Method.Title, line = call.Probe.Method.Line?.Short,
            durationNanos = call.DurationTicks is { } took ? _clock.At(call.BeginTicks + took) - _clock.At(call.BeginTicks) : (long?)null,
            arguments = call.Arguments.ToDictionary(a => a.Label, a => a.Text), captures = call.Captures.ToDictionary(c => c.Label, c => c.Text),
            returned = call.Returned, exception = call.Exception, message = call.Message, log = call.Line, awaits = call.RunningTicks is null ? (int?)null : call.Awaits,
            origin = call.Origin is { } origin ? new { value = origin.Value.Label, text = origin.Value.Text, method = origin.Method, thread = origin.Thread, time = _clock.At(origin.Ticks).ToString() } : null,
            changes = call.Changes.Select(c => new { field = c.Label, before = c.Before, after = c.After }),
        };
    }
}
