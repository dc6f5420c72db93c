// A command line as it may be shown and stored. Its arguments tell more than its text: what follows "--password" is an
// argument of its own, and one behind "=" may hold blanks.
namespace Scope.Events.Redaction;

/// <summary>Takes secrets out of command lines.</summary>
public static class CommandLines
{
    /// <summary>The arguments as one line, without the values of secret options.</summary>
    public static string CommandLine(this Redactor redactor, IReadOnlyList<string> arguments)
    {
        var shown = new List<string>(arguments.Count);
        var hideNext = false;
        foreach (var argument in arguments)
        {
            // The secret is the next argument, unless that is an option of its own.
            shown.Add(hideNext && !argument.StartsWith("--", StringComparison.Ordinal) ? Redactor.Replacement : redactor.Argument(argument));
            hideNext = argument is ['-' or '/', ..] && !argument.AsSpan().ContainsAny('=', ':') && redactor.IsSecret(argument);
        }
        return string.Join(' ', shown);
    }

    /// <summary>The same of a line in one text, where quotes hold arguments together.</summary>
    public static string CommandLine(this Redactor redactor, string line) => redactor.CommandLine(Split(line));

    // What stands behind a secret key is secret to the argument's end, but for a connection string, which has parts.
    static string Argument(this Redactor redactor, string argument) =>
        argument.IndexOf('=') is > 0 and var sign && !argument.Contains(';') && redactor.IsSecret(argument.AsSpan(0, sign)) ? argument[..(sign + 1)] + Redactor.Replacement : redactor.Redact(argument);

    static List<string> Split(string line)
    {
        var (arguments, from, isQuoted) = (new List<string>(), 0, false);
        for (var at = 0; at <= line.Length; at++)
        {
            if (at < line.Length && line[at] == '"') isQuoted = !isQuoted;
            if (at < line.Length && (isQuoted || line[at] != ' ')) continue;
            if (at > from) arguments.Add(line[from..at]);
            from = at + 1;
        }
        return arguments;
    }
}
