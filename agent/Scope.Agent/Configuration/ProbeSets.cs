// The probes of a configuration file: each [[probe]] is what scope-attach probe takes as options, under the same names. They
// are set while recording where [hooks] probes is "on".
using Scope.Agent.Configuration.Toml;
using Scope.Agent.Probes;
using Scope.Code.Probing;
using Scope.Events;

namespace Scope.Agent.Configuration;

/// <summary>Reads [[probe]].</summary>
static class ProbeSets
{
    /// <summary>The name of the list in a file.</summary>
    public const string Section = "probe";

    delegate ProbeSpec? Take(ProbeSpec spec, TomlValue value);

    static readonly Dictionary<string, (string Says, Take Take)> Keys = new()
    {
        ["methods"] = ("a string: which methods", (spec, value) => value is TomlString text ? spec with { Methods = text.Value } : null),
        ["args"] = ("true or false", (spec, value) => value is TomlBoolean flag ? spec with { Arguments = flag.Value } : null),
        ["return"] = ("true or false", (spec, value) => value is TomlBoolean flag ? spec with { Return = flag.Value } : null),
        ["exception"] = ("true or false", (spec, value) => value is TomlBoolean flag ? spec with { Exception = flag.Value } : null),
        ["state"] = ("true or false", (spec, value) => value is TomlBoolean flag ? spec with { State = flag.Value } : null),
        ["force"] = ("true or false", (spec, value) => value is TomlBoolean flag ? spec with { Force = flag.Value } : null),
        ["when"] = ("a string: a condition", (spec, value) => value is TomlString text ? spec with { When = text.Value } : null),
        ["invariant"] = ("a string: a condition", (spec, value) => value is TomlString text ? spec with { Invariant = text.Value } : null),
        ["tree"] = ("a whole number", (spec, value) => value is TomlInteger { Value: >= 0 and < int.MaxValue } number ? spec with { TreeDepth = (int)number.Value } : null),
        ["log"] = ("a string: a line with values in it", (spec, value) => value is TomlString text ? spec with { Log = text.Value } : null),
        ["hits"] = ("a whole number, 0 for no end", (spec, value) => value is TomlInteger { Value: >= 0 } number ? spec with { Hits = number.Value } : null),
        ["capture"] = ("a list of strings: values", (spec, value) => value is TomlArray list && list.Items.All(i => i is TomlString) ? spec with { Captures = [.. list.Items.Cast<TomlString>().Select(i => i.Value)] } : null),
    };

    /// <summary>Reads the probes of a document.</summary>
    /// <param name="value">What stands under the name.</param>
    /// <param name="wrong">Is told each mistake with its place.</param>
    public static IEnumerable<ProbeSpec> Read(TomlValue value, Action<TextPosition, string> wrong)
    {
        if (value is not TomlArray { Items: var items } || !items.All(i => i is TomlTable))
        {
            wrong(value.At, $"\"{Section}\" is a list of probes: write [[{Section}]] and what it is below");
            return [];
        }
        return [.. items.Cast<TomlTable>().Select(table => Read(table, wrong)).OfType<ProbeSpec>()];
    }

    static ProbeSpec? Read(TomlTable table, Action<TextPosition, string> wrong)
    {
        var spec = new ProbeSpec { Methods = "" };
        foreach (var (name, value) in table.Values)
            if (!Keys.TryGetValue(name, out var key)) wrong(value.At, $"there is no \"{name}\" in [[{Section}]]{Nearest.Hint(name, Keys.Keys)}");
            else if (key.Take(spec, value) is { } taken) spec = taken;
            else wrong(value.At, $"{Section}.{name} must be {key.Says}, not {value.Sort}");
        if (MethodQuery.TryParse(spec.Methods, out _, out var mistake)) return spec;
        wrong(table.At, $"{Section}.methods: {mistake.Message}");
        return null;
    }
}
