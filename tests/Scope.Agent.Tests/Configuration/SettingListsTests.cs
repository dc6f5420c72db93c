// Lists of tables in scope.toml: what is read, which file counts, and how each mistake is told.
using Scope.Agent.Configuration;
using Scope.Events;
using Scope.Insight;

namespace Scope.Agent.Tests.Configuration;

[TestClass]
public sealed class SettingListsTests
{
    const string Rule = "[[watch.rule]]\nwhen = \"request-p99\"\nabove = \"500ms\"\ndo = [\"freeze\"]\n";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scope-lists-");

    [TestCleanup]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [TestMethod]
    public void Items_are_read_in_their_order_with_defaults_for_what_is_not_written()
    {
        var watch = Load("[watch]\npoll = \"2s\"\n[[watch.target]]\nservice = \"shop\"\nenvironment = [\"A=1\", \"B=x*\"]\nprofile = \"light\"\n[[watch.target]]\nname = \"*\"\n" + Rule
            + "[[watch.rule]]\nname = \"bad\"\nwhen = \"finding\"\nof = \"lock-*\"\nseverity = \"critical\"\ndo = [\"report\", \"snapshot\"]\nbefore = \"5m\"\ncool_down = \"1h\"").ShouldNotBeNull().Settings.Watch;
        watch.Poll.ShouldBe(TimeSpan.FromSeconds(2));
        watch.Targets.Select(t => (t.Service, t.Processes.Name, t.Profile)).ShouldBe([("shop", "", "light"), ("", "*", "")]);
        watch.Targets[0].Processes.Environment.ShouldBe([("A", "1"), ("B", "x*")]);
        watch.Rules[0].ShouldSatisfyAllConditions(r => r.Name.ShouldBe("request-p99"), r => r.Above!.Value.Value.ShouldBe(500_000_000), r => r.Before.ShouldBe(TimeSpan.FromSeconds(60)), r => r.TimesADay.ShouldBe(20));
        watch.Rules[1].ShouldSatisfyAllConditions(r => r.Name.ShouldBe("bad"), r => r.Severity.ShouldBe(Severity.Critical), r => r.Before.ShouldBe(TimeSpan.FromMinutes(5)),
            r => r.Do.Select(a => a.Word).ShouldBe(["snapshot", "report"], "they are done in the order of the table"));
    }

    [TestMethod]
    public void A_file_that_has_a_list_tells_all_of_it()
    {
        Write("etc", Rule + Rule);
        Write("here", "[watch]\npoll = \"2s\"");
        SettingValues.Load(Sources, out _)!.Settings.Watch.Rules.Count.ShouldBe(2);
        Write("here", Rule);
        SettingValues.Load(Sources, out _)!.Lists.Single(l => l.List.Section == "watch.rule").Items.ShouldHaveSingleItem().Origin.ShouldBe($"{Path("here")}, line 1");
    }

    [TestMethod]
    [DataRow("[[watch.rul]]\nwhen = \"exit\"", "there is no section [watch.rul]; did you mean")]
    [DataRow("[watch]\nrul = 1", "there is no setting \"rul\" in [watch]; did you mean rule?")]
    [DataRow("[watch]\nrule = 1", "line 2, column 8: \"watch.rule\" is a list of tables: write [[watch.rule]] above each, not a whole number")]
    [DataRow("[watch.rule]\nwhen = \"exit\"", "\"watch.rule\" is a list of tables: write [[watch.rule]] above each, not a table")]
    [DataRow("[[watch.rule]]\nwen = \"exit\"", "line 2, column 7: there is no setting \"wen\" in [[watch.rule]]; did you mean when?")]
    [DataRow("[[watch.rule]]\nwhen = \"exits\"\ndo = [\"freeze\"]", "line 2, column 8: watch.rule.when must be one of request-p99")]
    [DataRow("[[watch.rule]]\nwhen = \"exit\"\ndo = [\"freeze\", \"dance\"]", "line 3, column 6: watch.rule.do may hold snapshot, deep, probes, freeze, report, command, post, not")]
    [DataRow("[[watch.rule]]\nwhen = \"exit\"\ndo = \"freeze\"", "line 3, column 6: watch.rule.do must be a list of strings of one line")]
    [DataRow("[[watch.rule]]\nwhen = \"exit\"", "line 1, column 3: watch.rule.do must be written")]
    [DataRow("[[watch.rule]]\ndo = [\"freeze\"]", "line 1, column 3: watch.rule.when must be written")]
    [DataRow("[[watch.rule]]\nwhen = \"cpu\"\ndo = [\"freeze\"]", "watch.rule.above or below must be written for cpu: a share such as \"5%\"")]
    [DataRow("[[watch.rule]]\nwhen = \"cpu\"\nabove = \"500ms\"\ndo = [\"freeze\"]", "line 3, column 9: watch.rule.above must be a share such as \"5%\" or a multiple of its baseline")]
    [DataRow("[[watch.rule]]\nwhen = \"exit\"\nabove = \"3x\"\ndo = [\"freeze\"]", "line 3, column 9: watch.rule.above says nothing for exit")]
    [DataRow("[[watch.rule]]\nwhen = \"log\"\ndo = [\"freeze\"]", "watch.rule.of must be written for log: the text")]
    [DataRow("[[watch.rule]]\nwhen = \"cpu\"\nof = \"x\"\nabove = \"1x\"\ndo = [\"freeze\"]", "line 3, column 6: watch.rule.of says nothing for cpu")]
    [DataRow("[[watch.rule]]\nwhen = \"cron\"\nof = \"61 * * * *\"\ndo = [\"freeze\"]", "line 3, column 6: watch.rule.of must be a time as in crontab")]
    [DataRow("[[watch.rule]]\nwhen = \"exit\"\nseverity = \"critical\"\ndo = [\"freeze\"]", "watch.rule.severity says nothing for exit")]
    [DataRow("[[watch.rule]]\nwhen = \"exit\"\ndo = [\"freeze\"]\ntimes_a_day = 0", "line 4, column 15: watch.rule.times_a_day must be 1 to 1000 times, not 0")]
    [DataRow("[[watch.rule]]\nwhen = \"exit\"\ndo = [\"command\"]", "watch.rule.command must be written for command")]
    [DataRow("[[watch.rule]]\nwhen = \"exit\"\ndo = [\"freeze\"]\nurl = \"https://a.example\"", "line 4, column 7: watch.rule.url says nothing where do has no post")]
    [DataRow("[[watch.rule]]\nwhen = \"exit\"\ndo = [\"post\"]\nurl = \"http://a.example\"\nsecret_file = \"k\"", "line 4, column 7: watch.rule.url must be https, as it is not on this machine")]
    [DataRow("[[watch.rule]]\nwhen = \"exit\"\ndo = [\"post\"]\nurl = \"https://a.example\"", "watch.rule.secret_file must be written for post")]
    [DataRow("[[watch.rule]]\nwhen = \"exit\"\ndo = [\"freeze\"]\nlasting = \"5s\"", "line 4, column 11: watch.rule.lasting says nothing where do has neither deep nor probes")]
    [DataRow("[[watch.rule]]\nwhen = \"exit\"\ndo = [\"probes\"]", "line 1: do = [\"probes\"] needs a [[probe]]")]
    [DataRow("[[watch.rule]]\nwhen = \"probe-hit\"\ndo = [\"freeze\"]", "line 1: when = \"probe-hit\" needs a [[probe]]")]
    [DataRow("[[watch.target]]\nenvironment = [\"PLAIN\"]", "line 2, column 15: watch.target.environment must hold texts such as NAME=pattern, not \"PLAIN\"")]
    public void A_mistake_is_told_with_its_place_and_the_way_out(string text, string message)
    {
        Load(text, out var errors).ShouldBeNull();
        errors.Single().ShouldContain(message);
        errors.Single().ShouldStartWith(Path("here") + ", line ");
    }

    [TestMethod]
    public void Too_many_items_are_refused()
    {
        Load(string.Concat(Enumerable.Repeat(Rule, Limits.ConfiguredItems + 1)), out var errors).ShouldBeNull();
        errors.Single().ShouldContain("may stand 200 times, not 201");
    }

    [TestMethod]
    public void The_examples_in_the_file_of_the_project_are_right_when_their_marks_are_taken_off()
    {
        foreach (var section in (string[])["watch.target", "watch.rule"])
        {
            var lines = SettingLists.Examples("watch").Split('\n').SkipWhile(line => line != $"# [[{section}]]").TakeWhile(line => line.Length > 0);
            Load(string.Join('\n', lines.Select(line => line[2..]))).ShouldNotBeNull();
        }
    }

    SettingValues? Load(string text) => Load(text, out _);

    SettingValues? Load(string text, out IReadOnlyList<string> errors)
    {
        Write("here", text);
        return SettingValues.Load(Sources, out errors);
    }

    ConfigurationSources Sources => new([.. new[] { "etc", "here" }.Select(f => System.IO.Path.Combine(_folder.FullName, f))], null, new Dictionary<string, string>(), []);

    void Write(string where, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(where))!);
        File.WriteAllText(Path(where), text);
    }

    string Path(string where) => System.IO.Path.Combine(_folder.FullName, where, "scope.toml");
}
