// The command line as a whole: the verbs, in the order in which a newcomer meets them.
using System.CommandLine;
using System.CommandLine.Parsing;
using Scope.Agent.Verbs;

namespace Scope.Agent;

static class CommandLine
{
    /// <summary>All verbs; the bare form `scope-attach PID` is the attach verb itself.</summary>
    public static RootCommand Build()
    {
        var root = new RootCommand("Attaches to a running .NET process, records what it does and writes an incident report that names the cause.");
        AttachVerb.Into(root);
        foreach (var verb in (Command[])[RunVerb.Create(), WatchVerb.Create(), StatusVerb.Create(), PsVerb.Create(), DoctorVerb.Create(), SnapshotVerb.Create(), ProbeVerb.Create(), ReportVerb.Create(), ExplainVerb.Create(), BaselineVerb.Create(), ImportVerb.Create(), QueryVerb.Create(), ExportVerb.Create(), StoreVerb.Create(), ConfigVerb.Create(), SbomVerb.Create()])
            root.Subcommands.Add(verb);
        Help.AddExamples(root);
        return root;
    }

    /// <summary>The words that lead to a command, for "try … --help".</summary>
    public static string PathOf(CommandResult result)
    {
        var words = new List<string>();
        for (SymbolResult? at = result; at is CommandResult command; at = at.Parent) words.Insert(0, command.Command is RootCommand ? "scope-attach" : command.Command.Name);
        return string.Join(' ', words);
    }
}
