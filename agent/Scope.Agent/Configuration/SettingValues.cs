// The configuration of a run: each setting's value and where it came from. Later sources go over earlier ones: built-in
// default, /etc/scope/scope.toml, ~/.config/scope/scope.toml, scope.toml in the working folder (or only the file of
// --config), variables SCOPE__SECTION__NAME, options of the command line. All mistakes are found in one go.
using Scope.Agent.Configuration.Toml;
using Scope.Events;

namespace Scope.Agent.Configuration;

/// <summary>The value of a setting and where it came from.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Value">Its value, as text.</param>
/// <param name="Origin">Such as "default", "/etc/scope/scope.toml, line 3", "SCOPE__CAPTURE__PROFILE" or "--profile".</param>
sealed record SettingValue(SettingSpec Setting, string Value, string Origin)
{
    /// <summary>The origin of what nobody has set.</summary>
    public const string Unset = "default";

    /// <summary>Whether nobody has set it.</summary>
    public bool IsDefault => Origin == Unset;

    /// <summary>The value as it may be shown.</summary>
    public string Shown => Setting.IsSecret && Value.Length > 0 ? "(set)" : Value;

    /// <inheritdoc/>
    public override string ToString() => $"{Setting.Key} = {Shown}";
}

/// <summary>Where configuration is looked for.</summary>
/// <param name="Folders">Folders that may hold a scope.toml, the weakest first.</param>
/// <param name="File">The file of --config, which stands for all of them; null when not given.</param>
/// <param name="Variables">The environment.</param>
/// <param name="Options">Settings that options of the command line set: key, value, and the option's name.</param>
sealed record ConfigurationSources(IReadOnlyList<string> Folders, string? File, IReadOnlyDictionary<string, string> Variables, IReadOnlyList<(string Key, string Value, string Option)> Options)
{
    /// <summary>Those of this process.</summary>
    public static ConfigurationSources OfProcess(string? file, IReadOnlyList<(string Key, string Value, string Option)> options) => new(
        ["/etc/scope", Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "scope"), Environment.CurrentDirectory],
        file,
        Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string)v.Value!),
        options);
}

/// <summary>The settings of a run.</summary>
sealed class SettingValues
{
    const string FileName = "scope.toml", VariablePrefix = "SCOPE__";

    readonly Dictionary<string, SettingValue> _values = SettingTable.All.ToDictionary(s => s.Key, s => new SettingValue(s, s.Default, SettingValue.Unset));
    readonly Dictionary<string, IReadOnlyList<ListItem>> _lists = SettingLists.All.ToDictionary(l => l.Section, _ => (IReadOnlyList<ListItem>)[]);
    readonly List<string> _errors = [];

    SettingValues() { }

    /// <summary>Reads all sources; null with the mistakes when there are any.</summary>
    public static SettingValues? Load(ConfigurationSources sources, out IReadOnlyList<string> errors)
    {
        var configuration = new SettingValues();
        if (sources.File is not null) configuration.ReadFile(sources.File, mustExist: true);
        else foreach (var folder in sources.Folders) configuration.ReadFile(Path.Combine(folder, FileName), mustExist: false);
        foreach (var (name, value) in sources.Variables.OrderBy(v => v.Key, StringComparer.Ordinal))
            if (name.StartsWith(VariablePrefix, StringComparison.OrdinalIgnoreCase)) configuration.TakeVariable(name, value);
        foreach (var (key, value, option) in sources.Options) configuration.Take(SettingTable.Of(key), value, option, option);
        configuration._errors.AddRange(SettingLists.Faults(configuration._lists));
        configuration._errors.AddRange(ReadOnlyMode.Hold(configuration._values, configuration._lists));
        errors = configuration._errors;
        return configuration._errors.Count == 0 ? configuration : null;
    }

    /// <summary>All settings with their values and origins, in the order of scope.toml.</summary>
    public IEnumerable<SettingValue> Values => SettingTable.All.Select(s => _values[s.Key]);

    /// <summary>All lists of tables, in the order of scope.toml. Of several files the last that has one tells all of it.</summary>
    public IEnumerable<(ListSpec List, IReadOnlyList<ListItem> Items)> Lists => SettingLists.All.Select(l => (l, _lists[l.Section]));

    /// <summary>The settings, typed.</summary>
    public Settings Settings => Settings.From(key => _values[key].Value, section => _lists[section]);

    /// <summary>Whether nobody has set a key of the table.</summary>
    public bool IsDefault(string key) => _values[key].IsDefault;

    void ReadFile(string path, bool mustExist)
    {
        if (!File.Exists(path))
        {
            if (mustExist) _errors.Add($"--config: there is no file {path}");
            return;
        }
        try
        {
            if (new FileInfo(path).Length > Limits.ConfigurationBytes) _errors.Add($"{path}: is larger than {Limits.ConfigurationBytes >> 20} MB; this is no configuration");
            else if (TomlReader.Read(File.ReadAllBytes(path), out var error) is { } document) TakeDocument(path, document);
            else _errors.Add(At(path, error!.At, error.Message));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _errors.Add($"{path}: cannot be read ({e.Message})");
        }
    }

    void TakeDocument(string path, TomlTable document)
    {
        foreach (var (section, value) in document.Values)
            TakeSection(path, section, value);
    }

    void TakeSection(string path, string section, TomlValue value)
    {
        if (SettingLists.Find(section) is { } list) _lists[section] = new ListReader(path, list, _errors).Read(value) ?? _lists[section];
        else if (!IsSection(section)) _errors.Add(At(path, value.At, $"there is no section [{section}]{Nearest.Hint(section, SettingTable.All.Select(s => s.Section).Concat(SettingLists.All.Select(l => l.Section)).Distinct())}"));
        else if (value is not TomlTable table) _errors.Add(At(path, value.At, $"\"{section}\" is a section, write [{section}] and its settings below, not {value.Sort}"));
        else
            foreach (var (name, inner) in table.Values)
                if (inner is TomlTable or TomlArray { OfTables: true } || IsSection($"{section}.{name}") || SettingLists.Find($"{section}.{name}") is not null) TakeSection(path, $"{section}.{name}", inner);
                else TakeSetting(path, section, name, inner);
    }

    /// <summary>Whether settings stand in a section, or in one within it.</summary>
    static bool IsSection(string section) => SettingTable.All.Any(s => s.Section == section || s.Section.StartsWith(section + ".", StringComparison.Ordinal));

    void TakeSetting(string path, string section, string name, TomlValue value)
    {
        if (SettingTable.Find(section, name) is not { } setting)
        {
            var names = SettingTable.All.Select(s => s.Key).Concat(SettingLists.All.Select(l => l.Section)).Where(key => key.StartsWith(section + ".", StringComparison.Ordinal)).Select(key => key[(section.Length + 1)..]);
            _errors.Add(At(path, value.At, $"there is no setting \"{name}\" in [{section}]{Nearest.Hint(name, names)}"));
            return;
        }
        if (TomlText.Of(setting, value, out var fault) is { } text) Take(setting, text, $"{path}, line {value.At.Line}", TomlText.Place(path, value.At));
        else _errors.Add(At(path, value.At, fault!));
    }

    void TakeVariable(string name, string value)
    {
        if (SettingTable.All.FirstOrDefault(s => s.Variable.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } setting) Take(setting, value, name, $"environment variable {name}");
        else _errors.Add($"environment variable {name}: there is no such setting{Nearest.Hint(name.ToUpperInvariant(), SettingTable.All.Select(s => s.Variable))}");
    }

    void Take(SettingSpec setting, string value, string origin, string place)
    {
        if (setting.Fault(value) is { } fault) _errors.Add($"{place}: {setting.Key} {fault}");
        else if (setting.Key != ReadOnlyMode.Key || _values[setting.Key].Value != "true") _values[setting.Key] = new(setting, value, origin);
    }

    static string At(string path, TextPosition at, string message) => $"{TomlText.Place(path, at)}: {message}";
}
