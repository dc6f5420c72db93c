// Every .NET process of the machine, ours and those of other users and containers, and the way from a name to a pid.
using System.Globalization;
using Scope.Attach.Port;
using Scope.Events.Redaction;

namespace Scope.Attach.Processes;

/// <summary>The .NET processes of the machine.</summary>
public static class ProcessList
{
    /// <summary>All of them except ourselves, by pid. One that we may not look into counts when something outside tells that it is .NET.</summary>
    public static IReadOnlyList<DotnetProcess> Read()
    {
        var found = new List<DotnetProcess>();
        foreach (var pid in ProcFs.Pids())
            if (pid != Environment.ProcessId && ProcessFacts.Read(pid) is { } facts && LooksLikeDotnet(facts))
                found.Add(Describe(facts));
        return [.. found.OrderBy(p => p.Pid)];
    }

    /// <summary>One process, whatever it is; null when there is none.</summary>
    public static DotnetProcess? Read(int pid) => ProcessFacts.Read(pid) is { } facts ? Describe(facts) : null;

    /// <summary>Finds the process that a user means by a pid or a name: the exact name if there is one, else a part of it.</summary>
    public static Attempt<DotnetProcess> Find(string pidOrName)
    {
        if (int.TryParse(pidOrName, NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
        {
            var facts = ProcessFacts.Read(pid);
            return Attachability.Judge(facts, pid, ProcFs.OwnUid) is { } failure ? failure : Describe(facts!);
        }
        return Choose(pidOrName, Read());
    }

    /// <summary>Chooses by name among processes.</summary>
    internal static Attempt<DotnetProcess> Choose(string name, IReadOnlyList<DotnetProcess> among)
    {
        var exact = among.Where(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
        var matches = exact.Count > 0 ? exact : [.. among.Where(p => p.Name.Contains(name, StringComparison.OrdinalIgnoreCase))];
        if (matches.Count == 1) return matches[0].Obstacle is { } obstacle ? obstacle : matches[0];
        if (matches.Count == 0)
            return new AttachFailure(AttachReason.NoneMatch, 0, $"no .NET process is named \"{name}\"; {(among.Count == 0 ? "none is running that we can see" : "there are: " + string.Join(", ", among.Select(p => $"{p.Name} ({p.Pid})").Take(10)))}");
        var lines = matches.Select(p => $"  {p.Pid,8}  {p.Name}  started {p.StartTime.ToInstant():yyyy-MM-dd HH:mm:ss} UTC  {p.CommandLine}");
        return new AttachFailure(AttachReason.SeveralMatch, 0, $"{matches.Count} .NET processes are named \"{name}\"; say which by its pid:\n{string.Join('\n', lines)}");
    }

    // Without a look inside only the name of its program can tell.
    internal static bool LooksLikeDotnet(ProcessFacts facts) =>
        facts.Dotnet == DotnetSign.Found || facts.Dotnet == DotnetSign.Unknown && (facts.Stat.Command == "dotnet" || facts.Arguments is [var first, ..] && Path.GetFileName(first) == "dotnet");

    internal static DotnetProcess Describe(ProcessFacts facts) => new(facts.Pid, ProcessNames.Of(facts), facts.RuntimeVersion, Users.Name(facts.Uid), Containers.Of(facts.Pid),
        BootClock.At(facts.Stat.StartTicks), Redactor.BuiltIn.CommandLine(facts.Arguments), Attachability.Judge(facts, facts.Pid, ProcFs.OwnUid));
}
