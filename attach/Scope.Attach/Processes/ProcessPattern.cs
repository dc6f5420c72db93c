// Which processes somebody means, by what is known of them from outside. Command lines and environments may hold secrets: they
// are compared here and not handed out.
using Scope.Events;

namespace Scope.Attach.Processes;

/// <summary>A pattern of processes: what is not empty must all fit. A pattern is a part of the text, or all of it with * and ?.</summary>
public sealed record ProcessPattern
{
    /// <summary>Of the name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Of the command line, its arguments with blanks between.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>The user.</summary>
    public string User { get; init; } = "";

    /// <summary>Of a line of the control groups.</summary>
    public string ControlGroup { get; init; } = "";

    /// <summary>Of variables in its environment.</summary>
    public IReadOnlyList<(string Name, string Pattern)> Environment { get; init; } = [];

    /// <summary>Whether a process fits.</summary>
    internal bool Fits(ProcessFacts facts) =>
        Fits(Name, ProcessNames.Of(facts)) && Fits(CommandLine, string.Join(' ', facts.Arguments)) && (User.Length == 0 || User == Users.Name(facts.Uid) || User == facts.Uid.ToString())
        && (ControlGroup.Length == 0 || (ProcFs.ReadText($"/proc/{facts.Pid}/cgroup") ?? "").Split('\n').Any(line => Fits(ControlGroup, line)))
        && Environment.All(v => facts.Environment?.TryGetValue(v.Name, out var value) == true && new NamePattern(v.Pattern, whole: true).Matches(value));

    static bool Fits(string pattern, string text) => pattern.Length == 0 || new NamePattern(pattern).Matches(text);
}
