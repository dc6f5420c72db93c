// Read-only mode: whatever would change a target is refused before anything is asked of it, with the setting that forbids it; and
// a verb that is new must say here which sort it is.
using System.CommandLine;
using Scope.Agent.Configuration;
using Scope.Attach.Profiles;

namespace Scope.Agent.Tests.Configuration;

[TestClass]
public sealed class ReadOnlyTests
{
    // What verbs are given that would touch a target.
    static readonly Dictionary<string, string[]> Touching = new()
    {
        [""] = ["1", "--inside"], ["run"] = ["--", "true"], ["snapshot"] = ["1"], ["probe"] = ["1", "A.B"], ["probe remove"] = ["1"],
    };

    // Those that never do, and watch, which does by its rules.
    static readonly string[] Others =
    [
        "watch", "status", "ps", "doctor", "probe list", "report", "explain", "baseline", "baseline save", "baseline compare", "import", "query", "export", "config", "config show", "sbom",
        "store", "store init", "store migrate", "store ship", "store status", "store tidy", "store chart", "store archive", "store archived", "store restore",
    ];

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scope-read-only-");

    string Config => Path.Combine(_folder.FullName, "scope.toml");

    [TestCleanup]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [TestMethod]
    public async Task Every_verb_that_would_change_a_target_refuses_and_names_the_setting()
    {
        Write("[safety]\nread_only = true");
        foreach (var (verb, arguments) in Touching)
        {
            var at = arguments.AsSpan().IndexOf("--") is >= 0 and var dashes ? dashes : arguments.Length;
            var refused = await Should.ThrowAsync<UserError>(() => RunAsync([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), .. arguments[..at], "--config", Config, .. arguments[at..]]));
            refused.Message.ShouldContain($"safety.read_only = true ({Config}, line 2)", customMessage: verb);
            refused.Code.ShouldBeOneOf(ExitCode.NotPossible, ExitCode.BadArgument);
        }
    }

    [TestMethod]
    public void Every_verb_says_whether_it_would() => All(CommandLine.Build(), "").ShouldBe(Touching.Keys.Concat(Others), ignoreOrder: true);

    [TestMethod]
    [DataRow("[snapshot]\nwhen = \"end\"", "line 4: snapshot.when = end")]
    [DataRow("[hooks]\ncollector = \"auto\"", "line 4: hooks.collector = auto")]
    [DataRow("[hooks]\nprobes = \"on\"", "line 4: hooks.probes = on")]
    [DataRow("[[watch.rule]]\nwhen = \"cpu\"\nabove = \"50%\"\ndo = [\"freeze\", \"snapshot\"]", "line 3: do = [\"snapshot\"]")]
    public void What_a_file_asks_for_besides_is_refused_with_both_places(string asked, string named)
    {
        Write("[safety]\nread_only = true\n" + asked);
        var error = Load(out _).ShouldHaveSingleItem();
        error.ShouldContain(named);
        error.ShouldContain($"safety.read_only = true ({Config}, line 2)");
    }

    [TestMethod]
    public void What_nobody_asks_for_is_off_and_no_later_source_takes_it_back()
    {
        Write("[safety]\nread_only = true\n[hooks]\ncollector = \"off\"");
        Load(out var values, [("safety.read_only", "false", "--later")]).ShouldBeEmpty();
        values!.Settings.Safety.ReadOnly.ShouldBeTrue();
        values.Settings.Snapshot.When.ShouldBe("none");
        values.Values.Single(v => v.Setting.Key == "snapshot.when").Origin.ShouldBe($"safety.read_only ({Config}, line 2)");
        values.IsDefault("hooks.collector").ShouldBeFalse("nobody is asked whether it may be loaded");
    }

    [TestMethod]
    public void No_profile_leaves_anything_on()
    {
        foreach (var profile in ProfileTable.All)
        {
            Providers(profile).ShouldContain("System.Threading.Tasks.TplEventSource");
            Providers(profile.LeavingNothing).ShouldNotContain("System.Threading.Tasks.TplEventSource");
        }
    }

    static IEnumerable<string> Providers(Profile profile) => new[] { profile.Once, profile.Samples, profile.WithoutStacks, profile.WithStacks }.SelectMany(all => all).Select(p => p.Name);

    static Task<int> RunAsync(string[] arguments)
    {
        var parsed = CommandLine.Build().Parse(arguments);
        parsed.Errors.ShouldBeEmpty(string.Join(' ', arguments));
        return parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
    }

    static IEnumerable<string> All(Command command, string path) => command.Subcommands.SelectMany(inner => All(inner, $"{path} {inner.Name}".Trim())).Prepend(path);

    IReadOnlyList<string> Load(out SettingValues? values, List<(string, string, string)>? options = null)
    {
        values = SettingValues.Load(new([], Config, new Dictionary<string, string>(), options ?? []), out var errors);
        return errors;
    }

    void Write(string text) => File.WriteAllText(Config, text);
}
