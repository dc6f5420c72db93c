// The lists of tables in scope.toml, and how each is shown there: as a commented example, as none stands by itself.
using System.Collections.Immutable;
using System.Text;
using Scope.Agent.Watch;
using Scope.Agent.Watch.Actions;
using Scope.Agent.Watch.Triggers;
using Scope.Attach.Profiles;
using Scope.Insight;

namespace Scope.Agent.Configuration;

static class SettingLists
{
    const string Target = "watch.target";

    /// <summary>The list of what is done when.</summary>
    public const string Rule = "watch.rule";

    /// <summary>One row a list, in the order of scope.toml.</summary>
    public static ImmutableArray<ListSpec> All { get; } =
    [
        new(Target, "Which processes scope-attach watch records, by what they have in common; the first that fits holds, and with none, all .NET processes that we may attach to.\nPatterns are a part of the text, or all of it with * and ?.",
        [
            new(Target, "service", SettingSort.Text, "", "What its recordings are called, whichever process it is; \"\" for the name of the process.") { Example = "shop" },
            new(Target, "name", SettingSort.Text, "", "A pattern of the process' name, as scope-attach ps shows it.") { Example = "Shop" },
            new(Target, "command_line", SettingSort.Text, "", "A pattern of its command line.") { Example = "*--urls*" },
            new(Target, "user", SettingSort.Text, "", "The user that it runs as.") { Example = "www-data" },
            new(Target, "cgroup", SettingSort.Text, "", "A pattern of its control group, as /proc/PID/cgroup shows it.") { Example = "*shop.service" },
            new(Target, "environment", SettingSort.Words, "", "Variables of its environment, each NAME=pattern; all must be there.") { Example = "DOTNET_ENVIRONMENT=Production" },
            new(Target, "profile", SettingSort.Choice, "", "What it is asked to say; \"\" as in capture.profile.") { Choices = [.. ProfileTable.All.Select(p => p.Name)], Example = "light" },
        ], TargetRule.Fault),
        new(Rule, "When what is done, and how often. Without any rule, an end with an error and a critical finding are kept with the minute before.\nTriggers, read each second, events of the last ten seconds:"
            + string.Concat(TriggerTable.All.Select(t => $"\n  {t.Word}: {t.Reads}{(t.OfSays.Length > 0 ? $"; of: {t.OfSays}" : "")}")) + "\nActions:" + string.Concat(ActionTable.All.Select(a => $"\n  {a.Word}: {a.Says}")),
        [
            new(Rule, "name", SettingSort.Text, "", "Its name; \"\" for that of its trigger.") { Example = "slow" },
            new(Rule, "service", SettingSort.Text, "", "A pattern of the services that it is for; \"\" for all.") { Example = "shop" },
            new(Rule, "when", SettingSort.Choice, "", "The trigger.") { Choices = [.. TriggerTable.All.Select(t => t.Word)], Example = "request-p99" },
            new(Rule, "of", SettingSort.Text, "", "Which exception, text, metric, method, cause or time, as its trigger says."),
            new(Rule, "above", SettingSort.Text, "", "The bound above which it fires, in the trigger's unit (500ms, 5%, 200MB, 100), or how many times its baseline, the median of ten minutes.") { Example = "500ms" },
            new(Rule, "below", SettingSort.Text, "", "The bound below which it fires, likewise."),
            new(Rule, "severity", SettingSort.Choice, "warning", "The least severity of a finding.") { Choices = [.. Enum.GetNames<Severity>().Select(n => n.ToLowerInvariant())] },
            new(Rule, "for", SettingSort.Duration, "0s", "How long it must hold before it fires.") { Example = "5s" },
            new(Rule, "do", SettingSort.Words, "", "What is done.") { Choices = [.. ActionTable.All.Select(a => a.Word)], Example = "freeze" },
            new(Rule, "before", SettingSort.Duration, "60s", "The time before the trigger that freeze and report are about.") { Most = 3_600_000 },
            new(Rule, "after", SettingSort.Duration, "10s", "The time after it.") { Most = 3_600_000 },
            new(Rule, "lasting", SettingSort.Duration, "60s", "How long deep and probes last.") { Least = 1000, Most = 3_600_000 },
            new(Rule, "command", SettingSort.Words, "", $"The program that command runs, and its arguments; no shell. In them {string.Join(" ", CommandAction.Placeholders.Keys)} stand for what happened."),
            new(Rule, "command_timeout", SettingSort.Duration, "30s", "How long it may take.") { Least = 100, Most = 3_600_000 },
            new(Rule, "url", SettingSort.Text, "", "Where post sends: https, or http on this machine."),
            new(Rule, "secret_file", SettingSort.Text, "", "The file of the key that posts are signed with."),
            new(Rule, "times_a_day", SettingSort.Whole, "20", "How often it may fire in a day.") { Unit = "times", Least = 1, Most = 1000 },
            new(Rule, "cool_down", SettingSort.Duration, "10m", "How long it rests after it has fired for a service.") { Least = 1000 },
        ], WatchRule.Fault),
        ProbeSets.Spec,
    ];

    /// <summary>What does not go together between lists, with its place.</summary>
    public static IEnumerable<string> Faults(IReadOnlyDictionary<string, IReadOnlyList<ListItem>> lists) =>
        lists[ProbeSets.Section].Count > 0 ? [] :
        [
            .. from rule in lists[Rule] where rule.Words("do").Contains(ActionTable.Probes.Word) select $"{rule.Origin}: do = [\"{ActionTable.Probes.Word}\"] needs a [[{ProbeSets.Section}]]: what is to be set",
            .. from rule in lists[Rule] where rule["when"] == TriggerTable.ProbeHit.Word select $"{rule.Origin}: when = \"{TriggerTable.ProbeHit.Word}\" needs a [[{ProbeSets.Section}]]: what is to be hit",
        ];

    /// <summary>The list of a section, or null.</summary>
    public static ListSpec? Find(string section) => All.FirstOrDefault(l => l.Section == section);

    /// <summary>The lists of a section as examples, in comments; "" for those that stand by themselves.</summary>
    public static string Examples(string section)
    {
        var text = new StringBuilder();
        foreach (var list in All.Where(l => l.Section[..Math.Max(0, l.Section.LastIndexOf('.'))] == section))
        {
            text.Append($"\n# {list.Says.Replace("\n", "\n# ")}\n# [[{list.Section}]]\n");
            foreach (var field in list.Fields) text.Append($"# # {field.Says}{SettingTable.LimitsOf(field)}\n# {field.Name} = {SettingTable.Written(field, field.Example ?? field.Default)}\n");
        }
        return text.ToString();
    }
}
