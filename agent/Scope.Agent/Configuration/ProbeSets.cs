// The probes of a configuration file: each [[probe]] is what scope-attach probe takes as options, under the same names. They
// are set while recording where [hooks] probes is "on", and by rules of watch.
using System.Globalization;
using Scope.Agent.Probes;
using Scope.Code.Probing;

namespace Scope.Agent.Configuration;

/// <summary>The list [[probe]].</summary>
static class ProbeSets
{
    /// <summary>The name of the list in a file.</summary>
    public const string Section = "probe";

    /// <summary>What may stand in it.</summary>
    public static ListSpec Spec { get; } = new(Section, "Probes, as scope-attach probe takes them.",
    [
        new(Section, "methods", SettingSort.Text, "", "Which methods: a name, a line of source, attribute:, base:, namespace:, calls:, writes:, does:.") { Example = "MyApp.Orders.*.Place*" },
        new(Section, "args", SettingSort.Switch, "false", "Whether what is passed is told.") { Example = "true" },
        new(Section, "return", SettingSort.Switch, "false", "Whether what is returned is told.") { Example = "true" },
        new(Section, "exception", SettingSort.Switch, "false", "Whether the message of an exception that leaves is told.") { Example = "true" },
        new(Section, "state", SettingSort.Switch, "false", "Whether what a call changed of its object is told."),
        new(Section, "when", SettingSort.Text, "", "Only calls of which this holds.") { Example = "order.Total > 1000 && elapsed > 50ms" },
        new(Section, "invariant", SettingSort.Text, "", "What must hold when a call ends; only those after which it does not are told."),
        new(Section, "from", SettingSort.Text, "", "Only calls that are passed a value that was seen before in these methods."),
        new(Section, "value", SettingSort.Text, "", "That value, as those methods know it."),
        new(Section, "freeze", SettingSort.Switch, "false", "Whether a hit keeps the minute before and the ten seconds after it as a recording of its own."),
        new(Section, "snapshot", SettingSort.Switch, "false", "Whether a hit takes a snapshot, within snapshot.max_pause_ms."),
        new(Section, "tree", SettingSort.Whole, "0", "How many levels of calls below are told too.") { Unit = "levels", Most = int.MaxValue },
        new(Section, "capture", SettingSort.Words, "", "Values to tell.") { Example = "this._cart.Count" },
        new(Section, "log", SettingSort.Text, "", "A line to tell, with values in it.") { Example = "cart={cart.Id}" },
        new(Section, "hits", SettingSort.Whole, "100", "After how many hits of a method it ends; 0 for no end.") { Unit = "hits", Most = int.MaxValue },
        new(Section, "force", SettingSort.Switch, "false", "Whether the inside of the runtime's own library may be probed."),
    ], item => MethodQuery.TryParse(item["methods"], out _, out var mistake) ? null : ("methods", $"must say which: {mistake.Message}"));

    /// <summary>The probe of an item that was checked.</summary>
    public static ProbeSpec From(ListItem item) => new()
    {
        From = item["from"], Value = item["value"], Freeze = Is(item, "freeze"), Snapshot = Is(item, "snapshot"),
        Methods = item["methods"], When = item["when"], Invariant = item["invariant"], Log = item["log"], Captures = item.Words("capture"),
        Arguments = Is(item, "args"), Return = Is(item, "return"), Exception = Is(item, "exception"), State = Is(item, "state"), Force = Is(item, "force"),
        TreeDepth = int.Parse(item["tree"], CultureInfo.InvariantCulture), Hits = long.Parse(item["hits"], CultureInfo.InvariantCulture),
    };

    static bool Is(ListItem item, string field) => item[field] == "true";
}
