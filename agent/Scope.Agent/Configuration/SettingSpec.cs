// What is known of one setting: its place in scope.toml, its sort and limits, its default, and what it does.
using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Scope.Events;

namespace Scope.Agent.Configuration;

/// <summary>What a setting's value is.</summary>
enum SettingSort
{
    /// <summary>Any text.</summary>
    Text,
    /// <summary>One of some words.</summary>
    Choice,
    /// <summary>A whole number with limits.</summary>
    Whole,
    /// <summary>True or false.</summary>
    Switch,
    /// <summary>A regular expression without look-around and back references, so that it never takes long; or "".</summary>
    Pattern,
    /// <summary>A list of texts, as text one a line.</summary>
    Words,
    /// <summary>A time such as "20s", "5m" or "00:00:20"; "" where none is allowed to mean "no bound".</summary>
    Duration,
}

/// <summary>A setting.</summary>
/// <param name="Section">Its [section] in scope.toml; one within another as "store.spool".</param>
/// <param name="Name">Its name there, with the unit last.</param>
/// <param name="Sort">What its value is.</param>
/// <param name="Default">Its value when nobody sets it, as text.</param>
/// <param name="Says">What it does, in a line.</param>
sealed record SettingSpec(string Section, string Name, SettingSort Sort, string Default, string Says)
{
    /// <summary>The unit of a number, "" for none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>The least that a number may be, a duration in milliseconds.</summary>
    public long Least { get; init; }

    /// <summary>The most.</summary>
    public long Most { get; init; } = long.MaxValue;

    /// <summary>Whether a number must be a power of two.</summary>
    public bool PowerOfTwo { get; init; }

    /// <summary>Whether "" is a duration too.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>Whether its value is nobody's business: it is never printed.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The words of a choice; of a list, when there are any, those that may stand in it.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary>What a list's example in scope.toml shows of it; null for the default.</summary>
    public string? Example { get; init; }

    /// <summary>Its name in error messages and in config show.</summary>
    public string Key => $"{Section}.{Name}";

    /// <summary>The environment variable that sets it.</summary>
    public string Variable => $"SCOPE__{Section.Replace(".", "__")}__{Name}".ToUpperInvariant();

    /// <summary>What is wrong with a value of the right sort, or null.</summary>
    public string? Fault(string value) => Sort switch
    {
        SettingSort.Text => null,
        SettingSort.Choice => Choices.Contains(value) ? null : $"must be one of {string.Join(", ", Choices)}, not \"{value}\"",
        SettingSort.Switch => value is "true" or "false" ? null : $"must be true or false, not \"{value}\"",
        SettingSort.Whole => FaultOfNumber(value),
        SettingSort.Pattern => FaultOfPattern(value),
        SettingSort.Words => FaultOfWords(value),
        _ => FaultOfDuration(value),
    };

    string? FaultOfWords(string value) => Choices.IsEmpty || value.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(word => !Choices.Contains(word)) is not { } unknown ? null
        : $"may hold {string.Join(", ", Choices)}, not \"{unknown}\"";

    static string? FaultOfPattern(string value)
    {
        try
        {
            _ = new Regex(value, RegexOptions.NonBacktracking);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return $"must be a regular expression without look-around and back references: {e.Message}";
        }
    }

    string? FaultOfNumber(string value)
    {
        if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return $"must be a whole number, not \"{value}\"";
        if (number < Least || number > Most) return $"must be {Least} to {Most}{(Unit.Length > 0 ? " " + Unit : "")}, not {number}";
        return PowerOfTwo && !System.Numerics.BitOperations.IsPow2(number) ? $"must be a power of two such as {System.Numerics.BitOperations.RoundUpToPowerOf2((ulong)number)}, not {number}" : null;
    }

    string? FaultOfDuration(string value)
    {
        if (value.Length == 0 && MayBeEmpty) return null;
        if (!TimeText.TryDuration(value, out var nanos)) return $"must be a time such as \"20s\", \"5m\" or \"00:00:20\", not \"{value}\"";
        return nanos < Least * 1_000_000 || nanos / 1_000_000 > Most ? $"must be {Least} ms or more{(Most < long.MaxValue ? $" and at most {Most} ms" : "")}, not \"{value}\"" : null;
    }
}
