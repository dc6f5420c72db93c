// From a value of TOML to the text of a setting, when it is of the setting's sort; and how a place in a file is told.
using System.Globalization;
using Scope.Agent.Configuration.Toml;

namespace Scope.Agent.Configuration;

static class TomlText
{
    /// <summary>The text of a value; null, with what is wrong, when it is of another sort than the setting's.</summary>
    public static string? Of(SettingSpec setting, TomlValue value, out string? fault)
    {
        var text = (setting.Sort, value) switch
        {
            (SettingSort.Whole, TomlInteger number) => number.Value.ToString(CultureInfo.InvariantCulture),
            (SettingSort.Switch, TomlBoolean choice) => choice.Value ? "true" : "false",
            (SettingSort.Text or SettingSort.Choice or SettingSort.Pattern or SettingSort.Duration, TomlString words) => words.Value,
            (SettingSort.Words, TomlArray list) when list.Items.TrueForAll(item => item is TomlString { Value: var word } && !word.Contains('\n')) => string.Join('\n', list.Items.Select(item => ((TomlString)item).Value)),
            _ => null,
        };
        fault = text is null ? $"{setting.Key} must be {SortText(setting.Sort)}, not {value.Sort}" : null;
        return text;
    }

    /// <summary>A place for error messages.</summary>
    public static string Place(string path, TextPosition at) => $"{path}, line {at.Line}, column {at.Column}";

    static string SortText(SettingSort sort) => sort switch
    {
        SettingSort.Whole => "a whole number",
        SettingSort.Switch => "true or false",
        SettingSort.Words => "a list of strings of one line, such as [\"a\", \"b\"]",
        _ => "a string in quotes",
    };
}
