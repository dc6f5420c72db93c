// Which processes are watched, and as which service: made from a checked [[watch.target]].
using Scope.Agent.Configuration;
using Scope.Attach.Processes;

namespace Scope.Agent.Watch;

/// <summary>A rule for processes.</summary>
/// <param name="Service">What its recordings are called; "" for the process' name.</param>
/// <param name="Processes">Which processes.</param>
/// <param name="Profile">What they are asked to say; "" for what the settings say.</param>
sealed record TargetRule(string Service, ProcessPattern Processes, string Profile)
{
    /// <summary>Where none is written: every process that we may attach to.</summary>
    public static IReadOnlyList<TargetRule> Usual { get; } = [new("", new(), "")];

    /// <summary>The rule of an item that was checked.</summary>
    public static TargetRule From(ListItem item) => new(item["service"],
        new() { Name = item["name"], CommandLine = item["command_line"], User = item["user"], ControlGroup = item["cgroup"], Environment = [.. item.Words("environment").Select(Variable)] },
        item["profile"]);

    /// <summary>What does not go together in an item.</summary>
    public static (string Field, string Message)? Fault(ListItem item) =>
        Array.Find(item.Words("environment"), word => word.IndexOf('=') <= 0) is { } wrong ? ("environment", $"must hold texts such as NAME=pattern, not \"{wrong}\"") : null;

    static (string Name, string Pattern) Variable(string word) => (word[..word.IndexOf('=')], word[(word.IndexOf('=') + 1)..]);
}
