// A command line as it may be shown and stored: what follows a word such as password, and what stands between "://user:"
// and "@", is left out. It errs towards leaving out too much.
using System.Text.RegularExpressions;

namespace Scope.Attach.Processes;

/// <summary>Command lines without obvious secrets.</summary>
public static partial class CommandLineText
{
    const string Hidden = "***";

    // The whole word, or a word in it: DB_PASSWORD, --api-key, ConnectionStrings:AccountKey.
    const string SecretWords = "password|passwd|pwd|secret|token|api[-_]?key|access[-_]?key|account[-_]?key|private[-_]?key|credentials?|authorization|sas|signature";

    /// <summary>The arguments as one line, secrets replaced by ***.</summary>
    public static string Redacted(IReadOnlyList<string> arguments)
    {
        var shown = new List<string>(arguments.Count);
        var hideNext = false;
        foreach (var argument in arguments)
        {
            // "--password hunter2": the secret is the next argument, unless that is an option of its own.
            shown.Add(hideNext && !argument.StartsWith("--", StringComparison.Ordinal) ? Hidden : Redacted(argument));
            hideNext = SecretOption().IsMatch(argument);
        }
        return string.Join(' ', shown);
    }

    /// <summary>One text, secrets replaced by ***.</summary>
    public static string Redacted(string text) => UserInfo().Replace(Assignment().Replace(text, "$1" + Hidden), "$1" + Hidden + "@");

    [GeneratedRegex(@"^(--?|/)[\w.:-]*(" + SecretWords + @")[\w.:-]*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretOption();

    // In a connection string the value ends at the semicolon; in an argument of its own, at its end.
    [GeneratedRegex(@"([\w.:-]*(?:" + SecretWords + @")[\w.-]*\s*[=:]\s*)(""[^""]*""|'[^']*'|[^;&]*)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"(://[^:/@\s]*:)[^@\s]*@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo();
}
