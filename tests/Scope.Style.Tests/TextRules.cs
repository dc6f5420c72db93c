// Rules that a line of text can break.
using System.Text.RegularExpressions;

namespace Scope.Style.Tests;

static partial class TextRules
{
    public const int FileLines = 300;

    /// <summary>A file is one idea: past this length it is two.</summary>
    public static IEnumerable<Offence> TooLong(SourceFile file)
    {
        var lines = file.Text.TrimEnd('\n').Split('\n').Length;
        if (lines > FileLines) yield return new(file.Path, FileLines + 1, $"the file has {lines} lines, and {FileLines} is the most");
    }

    /// <summary>A file opens by saying what it is and why.</summary>
    public static IEnumerable<Offence> NoOpening(SourceFile file)
    {
        var first = file.Text.TrimStart('\uFEFF');
        if (!first.StartsWith("// ", StringComparison.Ordinal) || first.StartsWith("// <auto", StringComparison.Ordinal))
            yield return new(file.Path, 1, "the file does not open with a // comment that says what it is");
    }

    /// <summary>Names that say nothing.</summary>
    public static IEnumerable<Offence> EmptyNames(SourceFile file) =>
        Find(file, EmptyName(), m => $"'{m.Value.Split(' ')[^1]}' names no thing of the domain")
            .Concat(EmptyFileName().IsMatch(file.Name) ? [new(file.Path, 1, $"the file's name '{file.Name}' names no thing of the domain")] : []);

    /// <summary>Work that was put off; a sleep is, unless it says beside it why there is nothing to wait for.</summary>
    public static IEnumerable<Offence> Unfinished(SourceFile file) => Find(file, UnfinishedMark(), m => $"'{m.Value}' is no finished work");

    /// <summary>Bounds stand in Limits, each with its reason.</summary>
    public static IEnumerable<Offence> BoundsElsewhere(SourceFile file) =>
        file.Name == "Limits.cs" ? [] : Find(file, Bound(), m => $"the bound '{m.Groups[1].Value}' stands outside of Limits");

    /// <summary>Paths of one machine have no place in files for all.</summary>
    public static IEnumerable<Offence> MachinePaths(SourceFile file) =>
        Find(file, MachinePath(), m => $"'{m.Value.Trim()}' is a path of one machine");

    /// <summary>Pauses that end early by a token, each of which leaves a task on it.</summary>
    public static IEnumerable<Offence> LeakingPauses(SourceFile file) => Find(file, LeakingPause(), _ => "this pause leaves a task on its token");

    static IEnumerable<Offence> Find(SourceFile file, Regex regex, Func<Match, string> say) =>
        file.Lines.SelectMany((line, i) => regex.Matches(line).Select(m => new Offence(file.Path, i + 1, say(m))));

    [GeneratedRegex(@"\b(?:class|struct|interface|record|enum) +\w*(?:Manager|Helpers?|Utils?|Utilities)\b")]
    private static partial Regex EmptyName();

    [GeneratedRegex(@"(?:Manager|Helpers?|Utils?|Utilities)\.cs$")]
    private static partial Regex EmptyFileName();

    [GeneratedRegex(@"\bTO" + @"DO\b|\bFIX" + @"ME\b|\bHA" + @"CK\b|\bNotImplemented" + @"Exception\b|\bThread\.Sleep\((?!.*; // \w)|\[Ignore\b")]
    private static partial Regex UnfinishedMark();

    [GeneratedRegex(@"\bconst (?:int|long|uint|ulong|double) ((?:Max|Maximum|Limit)[A-Z]\w*|\w*(?:Limit|Max|Maximum)\b)")]
    private static partial Regex Bound();

    [GeneratedRegex(@"(?<![\w./}])/(?:wo" + @"rk|ro" + @"ot)/[\w.]+|(?<![\w./}])/home/(?!USER\b|user\b|app\b)\w+/\w+")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"WhenAny\(Task\.Delay\([^()]*\), Task\.Delay\(Timeout\.Infinite, [^()]*\)\);")]
    private static partial Regex LeakingPause();
}
