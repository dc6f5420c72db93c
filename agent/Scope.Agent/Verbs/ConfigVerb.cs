// scope-attach config show: each setting, its value and where it came from.
using System.CommandLine;

namespace Scope.Agent.Verbs;

static class ConfigVerb
{
    static readonly Option<string?> Config = CommonOptions.Config();
    static readonly Option<bool> Json = CommonOptions.Json();

    public static Command Create()
    {
        var show = new Command("show", "Shows each setting, its value and where it came from.") { Config, Json };
        show.SetAction(parsed => (int)Show(parsed));
        return new Command("config", "Shows the configuration.") { show };
    }

    static ExitCode Show(ParseResult parsed)
    {
        var values = CommonOptions.SettingsOf(parsed, Config, []);
        if (parsed.GetValue(Json))
        {
            JsonOut.Write(Console.Out, values.Values.Select(v => new { v.Setting.Key, value = v.Shown, v.Setting.Unit, v.Origin, meaning = v.Setting.Says })
                .Concat(values.Lists.SelectMany(list => list.Items.SelectMany((item, i) => item.Shown.Select(f => new { Key = $"{list.List.Section}[{i}].{f.Field.Name}", value = f.Shown, f.Field.Unit, item.Origin, meaning = f.Field.Says })))));
            return ExitCode.Ok;
        }
        foreach (var v in values.Values)
        {
            Console.WriteLine($"{v.Setting.Key,-38} {(v.Shown.Length == 0 ? "\"\"" : v.Shown),-12} {v.Setting.Unit,-8} {v.Origin}");
            Console.WriteLine($"    {v.Setting.Says}");
        }
        foreach (var item in values.Lists.SelectMany(list => list.Items))
        {
            Console.WriteLine($"[[{item.List.Section}]]  {item.Origin}");
            foreach (var (field, shown) in item.Shown) Console.WriteLine($"    {field.Name} = {shown}");
        }
        return ExitCode.Ok;
    }
}
