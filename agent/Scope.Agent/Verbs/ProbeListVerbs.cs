// scope-attach probe list PID and probe remove PID [id]: what is probed in a process, also by another agent, and taking it
// out. The native part knows tokens; the names come from the plan that still lies in the shared memory, and the modules.
using System.CommandLine;
using Scope.Agent.Configuration;
using Scope.Agent.Probes;
using Scope.Attach.Port;
using Scope.Attach.Probes;
using Scope.Attach.Processes;
using Scope.Hooks.Wire;

namespace Scope.Agent.Verbs;

static class ProbeListVerbs
{
    static readonly Argument<string> Target = new("pid or name") { Description = "The process: its pid, or a name that only one process has." };
    static readonly Argument<uint?> Id = new("id") { Description = "Which probe, as list shows it; all without one.", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<bool> Json = CommonOptions.Json();
    static readonly Option<string?> Config = CommonOptions.Config();

    public static IEnumerable<Command> Create()
    {
        var list = new Command("list", "Says which probes are in a process, and how they stand.") { Target, Json };
        list.SetAction(async (parsed, cancel) => (int)await ListAsync(parsed, cancel));
        var remove = new Command("remove", "Takes a probe out of a process, or all of them.") { Target, Id, Config };
        remove.SetAction(async (parsed, cancel) => (int)await RemoveAsync(parsed, cancel));
        return [list, remove];
    }

    static async Task<ExitCode> ListAsync(ParseResult parsed, CancellationToken cancel)
    {
        using var probes = Open(parsed, out var process);
        var pid = process.Pid;
        var all = probes?.All.ToList() ?? [];
        // A process whose runtime does not answer is listed too, without names.
        var info = all.Count > 0 && (await DiagnosticPort.Of(pid).InfoAsync(cancel)).Try(out var runtime, out _) ? Targets.Describe(process, runtime) : Targets.Describe(process);
        var names = all.Count > 0 ? ProbeNames.Of(info, probes!) : new Dictionary<uint, string>();
        if (parsed.GetValue(Json)) JsonOut.Write(Console.Out, all.Select(s => new { id = s.Probe, method = names.GetValueOrDefault(s.Probe), state = ((ProbeState)s.State).ToString().ToLowerInvariant(), s.Hits, s.Dropped, s.Limited }));
        else if (probes is null) Console.Out.WriteLine($"Process {pid} was never probed: no library of ours is in it.");
        else if (all.Count == 0) Console.Out.WriteLine($"Process {pid} has no probes; the library is in it, idle.");
        foreach (var status in parsed.GetValue(Json) ? [] : all) Console.Out.WriteLine($"  {status.Probe,4}  {(names.TryGetValue(status.Probe, out var name) ? name + ": " : "")}{ProbeLines.Of(status)}");
        return ExitCode.Ok;
    }

    static async Task<ExitCode> RemoveAsync(ParseResult parsed, CancellationToken cancel)
    {
        CommonOptions.SettingsOf(parsed, Config, []).Refuse("probe remove has methods of its target compiled anew");
        using var probes = Open(parsed, out var process) ?? throw new UserError(ExitCode.BadArgument, $"process {process.Pid} has no probes");
        if (await probes.RemoveAsync(parsed.GetValue(Id) is { } id ? [id] : [.. probes.All.Select(s => s.Probe)], cancel) is { } failure) throw Failures.Of(failure);
        Console.Out.WriteLine(parsed.GetValue(Id) is { } one ? $"Probe {one} is out: its method runs its old code again." : "All probes are out: every method runs its old code again.");
        return ExitCode.Ok;
    }

    static NativeProbes? Open(ParseResult parsed, out DotnetProcess process)
    {
        if (!ProcessList.Find(parsed.GetValue(Target)!).Try(out var found, out var failure)) throw Failures.Of(failure);
        process = found;
        if (NativeProbes.Beside(process.Pid) is not { } opened) return null;
        return opened.Try(out var probes, out failure) ? probes : throw Failures.Of(failure);
    }
}
