// Options that several verbs have, with the same name and meaning everywhere.
using System.CommandLine;

namespace Scope.Agent.Verbs;

static class CommonOptions
{
    public static Option<bool> Json() => new("--json") { Description = "Answer in JSON, for machines." };

    public static Option<string?> Output() => new("--output", "-o") { Description = "Where to write: a folder." };

    public static Option<string?> Config() => new("--config") { Description = "The configuration file, instead of scope.toml in the usual places." };

    public static Option<string?> MaxPause() => new("--max-pause") { Description = "How long the target may stand still for a snapshot, ms." };

    public static Option<bool> Quiet() => new("--quiet", "-q") { Description = "Say nothing but errors and results." };
}
