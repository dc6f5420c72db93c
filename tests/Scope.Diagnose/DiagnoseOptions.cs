// The command line of the scorer.
using System.Globalization;

namespace Scope.Diagnose;

/// <summary>What to score, and how.</summary>
/// <param name="Cases">The chosen cases, in the table's order.</param>
/// <param name="Json">Whether the result is JSON.</param>
/// <param name="List">Whether the table is to be printed only.</param>
/// <param name="Seconds">How long each recording lasts; each case's own time when null.</param>
/// <param name="Keep">Where recordings are kept; they are deleted when null.</param>
public sealed record DiagnoseOptions(IReadOnlyList<Case> Cases, bool Json, bool List, int? Seconds, string? Keep)
{
    /// <summary>Reads the command line.</summary>
    public static bool TryParse(string[] args, out DiagnoseOptions options, out string wrong)
    {
        var names = new List<string>();
        options = new([], false, false, null, null);
        wrong = "";
        for (int i = 0; i < args.Length; i++)
            switch (args[i])
            {
                case "--json": options = options with { Json = true }; break;
                case "--list": options = options with { List = true }; break;
                case "--seconds" when i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out int seconds) && seconds is > 0 and < 60: options = options with { Seconds = seconds }; i++; break;
                case "--keep" when i + 1 < args.Length: options = options with { Keep = args[++i] }; break;
                case ['-', ..]: wrong = $"{args[i]} is not understood, or lacks its value: [names…] [--json] [--list] [--seconds N] [--keep FOLDER]"; return false;
                default: names.Add(args[i]); break;
            }
        if (names.Find(name => !CaseTable.All.Any(one => one.IsCalled(name))) is { } unknown)
        {
            wrong = $"there is no case '{unknown}'; there are: {string.Join(", ", CaseTable.All.Select(one => one.Name))}";
            return false;
        }
        options = options with { Cases = [.. CaseTable.All.Where(one => names.Count == 0 || names.Exists(one.IsCalled))] };
        return true;
    }
}
