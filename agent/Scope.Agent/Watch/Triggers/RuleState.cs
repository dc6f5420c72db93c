// One rule as it stands for one target: since when its condition holds, what is usual, and what its events add up to.
using Scope.Events;

namespace Scope.Agent.Watch.Triggers;

/// <summary>A rule watching a target.</summary>
/// <param name="rule">The rule.</param>
sealed class RuleState(WatchRule rule)
{
    readonly Baseline _baseline = new();
    readonly NamePattern? _of = rule.OfPattern;
    EventTally? _tally;
    EventTime? _since;

    /// <summary>The rule.</summary>
    public WatchRule Rule => rule;

    /// <summary>Goes on with another recording of the target.</summary>
    public void Follow(Recorder recorder)
    {
        if (rule.Trigger.Kinds.Bits == 0) return;
        _tally = new(rule.Trigger, _of, recorder.History.Catalog);
        recorder.New.Add(_tally.Count);
    }

    /// <summary>Looks at the target, once a second; gives why the rule fires, or null.</summary>
    public string? Look(Sight sight)
    {
        var why = rule.Trigger.Sort switch
        {
            TriggerSort.Figure => OfFigure(sight),
            TriggerSort.Finding => sight.Worst(_of) is { } finding && finding.Severity >= rule.Severity ? $"{finding.Severity.ToString().ToLowerInvariant()} finding {finding.Cause}" : null,
            _ => null,
        };
        _since = why is null ? null : _since ?? sight.At;
        return why is null || sight.At - _since!.Value < rule.For.Ticks * 100 ? null : rule.For > TimeSpan.Zero ? $"{why}, for {rule.For.TotalSeconds:0.#} s" : why;
    }

    /// <summary>Why the rule fires at the end of the target, or null.</summary>
    /// <param name="code">Its exit code, or 128 and its signal; null where nobody tells.</param>
    public string? LookAtEnd(int? code)
    {
        if (rule.Trigger.Sort != TriggerSort.Exit || rule.Of == TargetEnd.Error && code is null or 0) return null;
        return code is null ? "it ended; how is not known" : $"it ended with exit code {code}";
    }

    string? OfFigure(Sight sight)
    {
        if ((_tally is null ? rule.Trigger.Figure!(sight) : _tally.Figure(sight.At)) is not { } figure) return null;
        var usual = rule.Above is { IsMultiple: true } || rule.Below is { IsMultiple: true } ? _baseline.Usual() : null;
        _baseline.Add(figure);
        return Passed(figure, rule.Above, usual, above: true) ?? Passed(figure, rule.Below, usual, above: false);
    }

    string? Passed(double figure, Bound? bound, double? usual, bool above)
    {
        if (bound is not { } b || (b.IsMultiple ? b.Value * usual : b.Value) is not { } edge || (above ? figure <= edge : figure >= edge)) return null;
        var unit = rule.Trigger.Unit;
        return $"{rule.Trigger.Word}{(rule.Of.Length > 0 ? $" of {rule.Of}" : "")} is {Bound.Show(figure, unit)}, {(above ? "above" : "below")} {(b.IsMultiple ? $"{b.Text} its usual {Bound.Show(usual!.Value, unit)}" : b.Text)}";
    }
}
