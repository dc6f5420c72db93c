// Options that several verbs have, with the same name and meaning everywhere.
using System.CommandLine;
using Scope.Agent.Configuration;

namespace Scope.Agent.Verbs;

static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Answer in JSON, for machines." };

    public static Option<string?> Output() => new("--output", "-o") { Description = "Where to write: a folder." };

    public static Option<string?> Config() => new("--config") { Description = "The configuration file, instead of scope.toml in the usual places." };

    public static Option<string?> MaxPause() => new("--max-pause") { Description = "How long the target may stand still for a snapshot, ms." };

    /// <summary>The configuration of a verb's run; all mistakes in it are said at once.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="config">The verb's option for the file.</param>
    /// <param name="options">Settings that options set: key, value, and the option's name.</param>
    public static SettingValues SettingsOf(ParseResult parsed, Option<string?> config, IReadOnlyList<(string Key, string Value, string Option)> options) =>
        SettingValues.Load(ConfigurationSources.OfProcess(parsed.GetValue(config), options), out var errors)
            ?? throw new UserError(ExitCode.BadArgument, string.Join(Environment.NewLine + "scope-attach: ", errors));

    public static Option<bool> Quiet() => new("--quiet", "-q") { Description = "Say nothing but errors and results." };
}
