// Reads a list of tables of one file, with every mistake told where it stands.
using Scope.Agent.Configuration.Toml;
using Scope.Events;

namespace Scope.Agent.Configuration;

/// <summary>Reads one list.</summary>
/// <param name="path">The file.</param>
/// <param name="list">The list.</param>
/// <param name="errors">Gets the mistakes.</param>
sealed class ListReader(string path, ListSpec list, List<string> errors)
{
    /// <summary>Its items; null when it is no list of tables, or one of its items is wrong.</summary>
    public IReadOnlyList<ListItem>? Read(TomlValue value)
    {
        var before = errors.Count;
        if (value is not TomlArray array || array.Items.Exists(item => item is not TomlTable))
        {
            Fail(value.At, $"\"{list.Section}\" is a list of tables: write [[{list.Section}]] above each, not {(value is TomlArray ? "a list of other values" : value.Sort)}");
            return null;
        }
        if (array.Items.Count > Limits.ConfiguredItems) Fail(value.At, $"[[{list.Section}]] may stand {Limits.ConfiguredItems} times, not {array.Items.Count}");
        var items = array.Items.ConvertAll(item => Read((TomlTable)item));
        return errors.Count == before ? items : null;
    }

    ListItem Read(TomlTable table)
    {
        var before = errors.Count;
        var written = new Dictionary<string, FieldText>();
        foreach (var (name, value) in table.Values)
            if (TextOf(name, value) is { } text) written[name] = new(text, value.At);
        var item = new ListItem(list, written, $"{path}, line {table.At.Line}");
        // What holds between fields is asked of fields that are right in themselves.
        if (errors.Count == before && list.Fault(item) is var (field, message)) Fail(written.TryGetValue(field, out var blamed) ? blamed.At : table.At, $"{list.Section}.{field} {message}");
        return item;
    }

    string? TextOf(string name, TomlValue value)
    {
        if (list.Fields.FirstOrDefault(f => f.Name == name) is not { } field)
        {
            Fail(value.At, $"there is no setting \"{name}\" in [[{list.Section}]]{Nearest.Hint(name, list.Fields.Select(f => f.Name))}");
            return null;
        }
        if (TomlText.Of(field, value, out var fault) is not { } text) Fail(value.At, fault!);
        else if (field.Fault(text) is { } wrong) Fail(value.At, $"{field.Key} {wrong}");
        else return text;
        return null;
    }

    void Fail(TextPosition at, string message) => errors.Add($"{TomlText.Place(path, at)}: {message}");
}
