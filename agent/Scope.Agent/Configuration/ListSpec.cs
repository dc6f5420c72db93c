// What is known of a list of tables in scope.toml, [[watch.rule]] for one: its fields, which are settings like others, and
// what must hold between the fields of an item.
using System.Collections.Immutable;
using Scope.Agent.Configuration.Toml;

namespace Scope.Agent.Configuration;

/// <summary>A list of tables.</summary>
/// <param name="Section">Its name in scope.toml: "watch.rule" for [[watch.rule]].</param>
/// <param name="Says">What its items are, in a line.</param>
/// <param name="Fields">What an item may say.</param>
/// <param name="Fault">What is wrong between the fields of an item: the name of the field that is to blame, and what; null when nothing is.</param>
sealed record ListSpec(string Section, string Says, ImmutableArray<SettingSpec> Fields, Func<ListItem, (string Field, string Message)?> Fault);

/// <summary>A field of an item as it was written.</summary>
/// <param name="Text">Its value, as text.</param>
/// <param name="At">Where it stands.</param>
readonly record struct FieldText(string Text, TextPosition At);

/// <summary>An item of a list.</summary>
/// <param name="List">The list.</param>
/// <param name="Written">The fields that were written.</param>
/// <param name="Origin">Where it stands: "/etc/scope/scope.toml, line 3".</param>
sealed record ListItem(ListSpec List, IReadOnlyDictionary<string, FieldText> Written, string Origin)
{
    /// <summary>The value of a field, as text: what was written, else its default.</summary>
    public string this[string field] => Written.TryGetValue(field, out var text) ? text.Text : List.Fields.Single(f => f.Name == field).Default;

    /// <summary>Whether a field says anything else than its default.</summary>
    public bool Has(string field) => this[field] != List.Fields.Single(f => f.Name == field).Default;

    /// <summary>The texts of a field that is a list.</summary>
    public string[] Words(string field) => this[field].Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The fields that were written, as they may be shown.</summary>
    public IEnumerable<(SettingSpec Field, string Shown)> Shown =>
        List.Fields.Where(f => Written.ContainsKey(f.Name)).Select(f => (f, f.IsSecret ? "(set)" : string.Join(", ", Words(f.Name))));
}
