// A rule of watch: when → do → limits, made from a checked [[watch.rule]]. What must hold between its fields is said here too,
// so that a rule that was taken can be followed.
using System.Globalization;
using Scope.Agent.Configuration;
using Scope.Agent.Watch.Actions;
using Scope.Agent.Watch.Triggers;
using Scope.Events;
using Scope.Insight;

namespace Scope.Agent.Watch;

/// <summary>A rule.</summary>
sealed record WatchRule
{
    /// <summary>Its name, in file names and in the audit log.</summary>
    public required string Name { get; init; }

    /// <summary>The services that it is for; null for all.</summary>
    public NamePattern? Service { get; init; }

    /// <summary>What makes it fire.</summary>
    public required Trigger Trigger { get; init; }

    /// <summary>Which exception, text, metric, cause or time; "" for any.</summary>
    public string Of { get; init; } = "";

    /// <summary>The bound above which it fires; null for none.</summary>
    public Bound? Above { get; init; }

    /// <summary>The bound below which it fires; null for none.</summary>
    public Bound? Below { get; init; }

    /// <summary>The least severity of a finding that makes it fire.</summary>
    public Severity Severity { get; init; } = Severity.Warning;

    /// <summary>How long it must hold.</summary>
    public TimeSpan For { get; init; }

    /// <summary>What is done, in the order of the table of actions.</summary>
    public required IReadOnlyList<WatchAction> Do { get; init; }

    /// <summary>The time before the trigger that is kept.</summary>
    public TimeSpan Before { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The time after it.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a closer look lasts.</summary>
    public TimeSpan Lasting { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The command, a program and its arguments.</summary>
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>How long the command may take.</summary>
    public TimeSpan CommandTimeout { get; init; }

    /// <summary>Where post sends.</summary>
    public string Url { get; init; } = "";

    /// <summary>The file of the key that posts are signed with.</summary>
    public string SecretFile { get; init; } = "";

    /// <summary>How often it may fire in a day (UTC).</summary>
    public int TimesADay { get; init; } = 20;

    /// <summary>How long it rests after it has fired, for one service.</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What "of" fits; null for any.</summary>
    public NamePattern? OfPattern => Of.Length == 0 ? null : new(Of);

    /// <summary>Rules where none is written: what ends with an error and what is found to be critical is kept.</summary>
    public static IReadOnlyList<WatchRule> Usual { get; } =
    [
        new() { Name = "exit", Trigger = TriggerTable.Find("exit")!, Of = "error", Do = [ActionTable.Freeze] },
        new() { Name = "critical", Trigger = TriggerTable.Find("finding")!, Severity = Severity.Critical, Do = [ActionTable.Freeze] },
    ];

    /// <summary>The rule of an item that was checked.</summary>
    public static WatchRule From(ListItem item)
    {
        var trigger = TriggerTable.Find(item["when"])!;
        var above = item["above"].Length > 0 ? item["above"] : item["below"].Length > 0 ? "" : trigger.Above;
        return new()
        {
            Name = item["name"].Length > 0 ? item["name"] : trigger.Word,
            Service = item["service"].Length > 0 ? new(item["service"]) : null,
            Trigger = trigger,
            Of = item["of"],
            Above = BoundOf(above, trigger),
            Below = BoundOf(item["below"], trigger),
            Severity = Enum.Parse<Severity>(item["severity"], ignoreCase: true),
            For = Time(item["for"]),
            Do = [.. ActionTable.All.Where(a => item.Words("do").Contains(a.Word))],
            Before = Time(item["before"]),
            After = Time(item["after"]),
            Lasting = Time(item["lasting"]),
            Command = item.Words("command"),
            CommandTimeout = Time(item["command_timeout"]),
            Url = item["url"],
            SecretFile = item["secret_file"],
            TimesADay = int.Parse(item["times_a_day"], CultureInfo.InvariantCulture),
            CoolDown = Time(item["cool_down"]),
        };
    }

    /// <summary>What does not go together in an item.</summary>
    public static (string Field, string Message)? Fault(ListItem item)
    {
        if (TriggerTable.Find(item["when"]) is not { } trigger) return ("when", "must be written: what makes the rule fire");
        if (item.Words("do").Length == 0) return ("do", "must be written: what is done when it fires");
        if (trigger.NeedsOf && item["of"].Length == 0) return ("of", $"must be written for {trigger.Word}: {trigger.OfSays}");
        if (trigger.OfSays.Length == 0 && item.Has("of")) return ("of", $"says nothing for {trigger.Word}");
        if (trigger.Sort == TriggerSort.Time && CronTime.TryParse(item["of"]) is null) return ("of", $"must be a time as in crontab, such as \"0 3 * * 1-5\", not \"{item["of"]}\"");
        if (trigger.Sort != TriggerSort.Finding && item.Has("severity")) return ("severity", $"says nothing for {trigger.Word}");
        return FaultOfBounds(item, trigger) ?? FaultOfActions(item);
    }

    static (string, string)? FaultOfBounds(ListItem item, Trigger trigger)
    {
        foreach (var field in (string[])["above", "below"])
        {
            if (!item.Has(field)) continue;
            if (trigger.Sort != TriggerSort.Figure) return (field, $"says nothing for {trigger.Word}");
            if (BoundOf(item[field], trigger) is null) return (field, $"must be {Bound.Form(trigger.Unit)} or a multiple of its baseline such as \"3x\", not \"{item[field]}\"");
        }
        return trigger.Sort == TriggerSort.Figure && trigger.Above.Length == 0 && !item.Has("above") && !item.Has("below")
            ? ("above", $"or below must be written for {trigger.Word}: {Bound.Form(trigger.Unit)}, or a multiple of its baseline such as \"3x\"") : null;
    }

    static (string, string)? FaultOfActions(ListItem item)
    {
        bool runs = item.Words("do").Contains("command"), posts = item.Words("do").Contains("post");
        if (runs != item.Has("command")) return ("command", runs ? "must be written for command: the program and its arguments" : "says nothing where do has no command");
        if (posts != item.Has("url")) return ("url", posts ? "must be written for post: where it goes" : "says nothing where do has no post");
        if (item.Has("lasting") && !item.Words("do").Intersect([ActionTable.Deep.Word, ActionTable.Probes.Word]).Any()) return ("lasting", "says nothing where do has neither deep nor probes");
        if (posts && PostAction.FaultOf(item["url"]) is { } fault) return ("url", fault);
        return posts && !item.Has("secret_file") ? ("secret_file", "must be written for post: the file of the key that it is signed with") : null;
    }

    static Bound? BoundOf(string text, Trigger trigger) => Bound.TryParse(text, trigger.Unit, out var bound) ? bound : null;

    static TimeSpan Time(string text) => TimeText.TryDuration(text, out var nanos) ? TimeSpan.FromTicks(nanos / 100) : TimeSpan.Zero;
}
