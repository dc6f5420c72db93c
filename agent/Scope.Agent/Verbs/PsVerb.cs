// scope-attach ps: every .NET process of this machine, and whether we may attach.
using System.CommandLine;
using Scope.Attach.Processes;

namespace Scope.Agent.Verbs;

static class PsVerb
{
    static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var verb = new Command("ps", "Lists the .NET processes, and whether they can be recorded.") { Json };
        verb.SetAction(parsed => (int)Run(parsed.GetValue(Json)));
        return verb;
    }

    static ExitCode Run(bool json)
    {
        var processes = ProcessList.Read();
        if (json) JsonOut.Write(Console.Out, processes.Select(p => new
        {
            p.Pid, p.Name, p.RuntimeVersion, p.User, p.Container, started = p.StartTime.ToString(), p.CommandLine, attachable = p.Obstacle is null, why = p.Obstacle?.Message,
        }));
        else Print(processes);
        return ExitCode.Ok;
    }

    static void Print(IReadOnlyList<DotnetProcess> processes)
    {
        if (processes.Count == 0)
        {
            Console.WriteLine("No .NET process is running that we can see.");
            return;
        }
        Console.WriteLine($"{"PID",8}  {"NAME",-24} {"RUNTIME",-9} {"USER",-10} {"CONTAINER",-12} {"STARTED (UTC)",-19}  COMMAND");
        foreach (var p in processes)
        {
            Console.WriteLine($"{p.Pid,8}  {p.Name,-24} {p.RuntimeVersion,-9} {p.User,-10} {(p.Container.Length == 0 ? "-" : p.Container),-12} {p.StartTime.ToInstant():yyyy-MM-dd HH:mm:ss}  {p.CommandLine}");
            if (p.Obstacle is { } why) Console.WriteLine($"{"",10}cannot be recorded: {why.Message}");
        }
    }
}
