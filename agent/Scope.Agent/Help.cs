// Examples in --help: what people read first. One table, so that a test can run each of them.
using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Scope.Code.Probing;
using Scope.Store.Query;

namespace Scope.Agent;

static class Help
{
    /// <summary>Examples by verb; "" is the bare command.</summary>
    public static IReadOnlyDictionary<string, string[]> Examples { get; } = new Dictionary<string, string[]>
    {
        [""] = ["scope-attach 4711", "scope-attach 4711 --web", "scope-attach Shop --duration 00:00:20 -o /var/tmp/incident", "scope-attach 4711 --profile light --no-report --quiet"],
        ["run"] = ["scope-attach run -- dotnet Shop.dll --urls http://127.0.0.1:5000", "scope-attach run --profile deep -- dotnet test"],
        ["watch"] = ["scope-attach watch", "scope-attach watch --config /etc/scope/scope.toml"],
        ["status"] = ["scope-attach status", "scope-attach status --json"],
        ["ps"] = ["scope-attach ps", "scope-attach ps --json"],
        ["doctor"] = ["scope-attach doctor", "scope-attach doctor 4711"],
        ["snapshot"] = ["scope-attach snapshot 4711", "scope-attach snapshot 4711 --level stacks --json", "scope-attach snapshot Shop --max-pause 1000 --strings -o snapshots"],
        ["probe"] = ["scope-attach probe 4711 'MyApp.Orders.*.Place*' --args --return --exception", "scope-attach probe 4711 OrderService.Take* --when 'order.Total > 1000 && elapsed > 50ms' --capture this._cart.Count --hits 100 --for 60s", "scope-attach probe 4711 OrderService.cs:42 --log 'cart={cart.Id} items={items.Count}'", "scope-attach probe 4711 'namespace:MyApp.* does:swallows' --record", "scope-attach probe list 4711", "scope-attach probe remove 4711"],
        ["report"] = ["scope-attach report Shop_20261121_030000.scope", "scope-attach report Shop_20261121_030000.scope --from +5s --to +15s", "scope-attach report Shop_20261121_030000.scope --around 12345"],
        ["explain"] = ["scope-attach explain Shop_20261121_030000.scope", "scope-attach explain Shop_20261121_030000.scope 1"],
        ["baseline"] = ["scope-attach baseline save friday Shop_20261121_030000.scope", "scope-attach baseline compare friday Shop_20261122_030000.scope"],
        ["import"] = ["scope-attach import trace.nettrace", "scope-attach import collected.nettrace.gz -o recordings"],
        ["query"] = ["scope-attach query Shop_20261121_030000.scope --kind exception --limit 20", "scope-attach query Shop_20261121_030000.scope \"kind:request dur>200ms order:newest\"", "scope-attach query Shop_20261121_030000.scope method:Orders.* is:error after:-5m", "scope-attach query Shop_20261121_030000.scope --text timeout --format csv"],
        ["export"] = ["scope-attach export Shop_20261121_030000.scope --format speedscope -o shop.speedscope.json", "scope-attach export Shop_20261121_030000.scope --format otlp --to http://127.0.0.1:4318"],
        ["store"] = ["scope-attach store init", "scope-attach store ship Shop_20261121_030000.scope", "scope-attach store status", "scope-attach store chart --by route --since 30d --step 6h"],
        ["archive"] = ["scope-attach store archive Shop_20261121_030000.scope --archive /mnt/backup/scope", "scope-attach store archive --to -1d --archive s3://recordings/shop --remove"],
        ["archived"] = ["scope-attach store archived --archive s3://recordings/shop --from 2026-11-20T00:00:00Z"],
        ["restore"] = ["scope-attach store restore Shop_20261121_030000.scope --archive /mnt/backup/scope", "scope-attach store restore --from 2026-11-20T03:00:00Z --to 2026-11-20T03:10:00Z --archive s3://recordings/shop --keep 2d"],
        ["sbom"] = ["scope-attach sbom"],
        ["config"] = ["scope-attach config show", "scope-attach config show --json"],
    };

    /// <summary>What the words of a verb's own small language mean, by verb.</summary>
    static readonly IReadOnlyDictionary<string, string[]> Vocabulary = new Dictionary<string, string[]>
    {
        ["probe"] =
        [
            "Which methods, all of which must hold:",
            "  MyApp.*.Place*      the name as written; * stands for anything",
            "  Orders.cs:42        the code of a line; Name@IL_001a for an instruction",
            "  attribute:HttpPost  an attribute on it or its type",
            "  base:IHandler       a base class or interface of its type",
            "  namespace:MyApp.*   the namespace of its type",
            "  calls:List.Add      a method that it calls",
            "  writes:Order.Total  a field or property that it assigns",
            .. CodeShapes.All.Select(shape => $"  {"does:" + shape.Name,-24}{shape.Says}"),
        ],
        ["query"] =
        [
            "What can be asked, all of which must hold:",
            .. QueryKeys.All.Select(key => $"  {$"{key.Name}{(key.IsCompared ? ">" : ":")}{key.Example}",-20}{key.Meaning}"),
            "What can be grouped by:",
            .. GroupKey.All.Select(key => $"  {key.Name,-20}{key.Meaning}"),
        ],
    };

    /// <summary>The help that a command line asks for, whatever else is wrong with it or missing; null when it asks for none.</summary>
    public static SynchronousCommandLineAction? AskedFor(RootCommand root, ParseResult parsed) =>
        root.Options.OfType<HelpOption>().FirstOrDefault(help => parsed.GetResult(help) is { Implicit: false })?.Action as SynchronousCommandLineAction;

    /// <summary>Puts the examples at the end of each command's help.</summary>
    public static void AddExamples(RootCommand root)
    {
        foreach (var option in root.Options)
            if (option is HelpOption help)
                help.Action = new WithExamples((HelpAction)help.Action!);
    }

    sealed class WithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var code = inner.Invoke(parseResult);
            var command = parseResult.CommandResult.Command;
            if (Vocabulary.TryGetValue(command.Name, out var words))
            {
                foreach (var line in words) parseResult.InvocationConfiguration.Output.WriteLine(line);
                parseResult.InvocationConfiguration.Output.WriteLine();
            }
            if (Examples.TryGetValue(command is RootCommand ? "" : command.Name, out var examples))
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (var example in examples) output.WriteLine("  " + example);
                output.WriteLine();
            }
            return code;
        }
    }
}
