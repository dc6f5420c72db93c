// safety.read_only: nothing in a target may be changed. What would is named here once: settings, and actions of rules. Where
// nobody asks for it, it is simply off; where somebody does, in a file or by an option, that is refused with both places, so
// that nobody waits for what will not come. Verbs that do nothing else refuse by themselves.
using Scope.Agent.Watch.Actions;

namespace Scope.Agent.Configuration;

/// <summary>What read-only mode forbids.</summary>
static class ReadOnlyMode
{
    /// <summary>The setting that turns it on.</summary>
    public const string Key = "safety.read_only";

    // What would be done to a target, and the value at which it is not.
    static readonly (string Key, string Harmless)[] Settings = [("snapshot.when", "none"), ("hooks.collector", "off"), ("hooks.probes", "off")];

    /// <summary>Turns off what was not asked for.</summary>
    /// <param name="values">The settings by their keys.</param>
    /// <param name="lists">The items of each list.</param>
    /// <returns>What was asked for and may not be.</returns>
    public static IEnumerable<string> Hold(Dictionary<string, SettingValue> values, IReadOnlyDictionary<string, IReadOnlyList<ListItem>> lists)
    {
        if (values[Key] is not { Value: "true" } readOnly) return [];
        foreach (var (key, harmless) in Settings)
            if (values[key].IsDefault) values[key] = values[key] with { Value = harmless, Origin = $"{Key} ({readOnly.Origin})" };
        return
        [
            .. from setting in Settings
                let value = values[setting.Key]
                where value.Value != setting.Harmless
                select $"{value.Origin}: {value}: {Refusal(readOnly)}",
            .. from rule in lists[SettingLists.Rule]
                from action in ActionTable.All
                where action.Touches && rule.Words("do").Contains(action.Word)
                select $"{rule.Origin}: do = [\"{action.Word}\"]: {Refusal(readOnly)}",
        ];
    }

    /// <summary>That a verb is not run which would change a target, where that is forbidden.</summary>
    /// <param name="values">The settings.</param>
    /// <param name="what">What would be done, such as "a snapshot holds its target".</param>
    public static void Refuse(this SettingValues values, string what)
    {
        if (values.Values.Single(v => v.Setting.Key == Key) is { Value: "true" } readOnly) throw new UserError(ExitCode.NotPossible, $"{what}: {Refusal(readOnly)}");
    }

    static string Refusal(SettingValue readOnly) => $"not done, because nothing in a target may be changed: {Key} = true ({readOnly.Origin})";
}
