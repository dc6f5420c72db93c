// Which source wins, and how each mistake is told.
using Scope.Agent.Configuration;
using Scope.Agent.Configuration.Toml;

namespace Scope.Agent.Tests.Configuration;

[TestClass]
public sealed class SettingValuesTests
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("scope-config-");

    [TestCleanup]
    public void RemoveFolder() => _folder.Delete(recursive: true);

    [TestMethod]
    public void Without_any_source_the_defaults_hold()
    {
        var values = Load().ShouldNotBeNull();
        values.Values.ShouldAllBe(v => v.Origin == "default" && v.Value == v.Setting.Default);
        var settings = values.Settings;
        settings.Capture.ShouldBe(new("default", "", 256, null, false));
        settings.Limits.RingEvents.ShouldBe(Events.Limits.SessionRingEvents);
        settings.Limits.PayloadBytes.ShouldBe(Events.Limits.PayloadStoreBytes);
        settings.Live.Refresh.ShouldBe(TimeSpan.FromMilliseconds(500));
    }

    [TestMethod]
    public void Each_source_goes_over_the_one_before()
    {
        Write("etc", "[capture]\nprofile = \"light\"\nbuffer_mb = 1\nkeep_nettrace = true\n[live]\nrefresh = \"1s\"");
        Write("home", "[capture]\nbuffer_mb = 2\nkeep_nettrace = false\n");
        Write("here", "[capture]\nbuffer_mb = 3\nduration = \"00:00:20\"");
        var values = Load(variables: new() { ["scope__capture__buffer_mb"] = "4", ["SCOPE__LIVE__REFRESH"] = "2s" }, options: [("live.refresh", "3s", "--refresh")]).ShouldNotBeNull();
        values.Settings.Capture.ShouldBe(new("light", "", 4, TimeSpan.FromSeconds(20), false));
        values.Settings.Live.Refresh.ShouldBe(TimeSpan.FromSeconds(3));
        Origin(values, "capture.profile").ShouldBe($"{Path("etc")}, line 2");
        Origin(values, "capture.keep_nettrace").ShouldBe($"{Path("home")}, line 3");
        Origin(values, "capture.buffer_mb").ShouldBe("scope__capture__buffer_mb");
        Origin(values, "live.refresh").ShouldBe("--refresh");
        Origin(values, "output.folder").ShouldBe("default");
    }

    [TestMethod]
    public void A_section_may_stand_within_another_and_its_variables_name_both()
    {
        Load()!.Settings.Spool.Fsync.ShouldBe("100ms");
        Write("here", "[store.spool]\nfsync = \"never\"");
        Load()!.Settings.Spool.Fsync.ShouldBe("never");
        Load(variables: new() { ["SCOPE__STORE__SPOOL__FSYNC"] = "always" })!.Settings.Spool.Fsync.ShouldBe("always");
    }

    [TestMethod]
    public void A_named_file_stands_for_all_of_them_and_must_be_there()
    {
        Write("etc", "[capture]\nprofile = \"light\"");
        Write("own", "[capture]\nbuffer_mb = 9");
        Load(file: Path("own"))!.Settings.Capture.ShouldBe(new("default", "", 9, null, false));
        Errors(file: Path("none")).Single().ShouldBe($"--config: there is no file {Path("none")}");
    }

    [TestMethod]
    [DataRow("[capture]\nprofil = \"light\"", "line 2, column 10: there is no setting \"profil\" in [capture]; did you mean profile?")]
    [DataRow("[captur]\nprofile = \"light\"", "line 1, column 2: there is no section [captur]; did you mean capture?")]
    [DataRow("profile = \"light\"", "there is no section [profile]; there are capture")]
    [DataRow("capture = 1", "\"capture\" is a section")]
    [DataRow("[capture]\nbuffer_mb = \"256\"", "line 2, column 13: capture.buffer_mb must be a whole number, not a string")]
    [DataRow("[capture]\nbuffer_mb = 2.5", "must be a whole number, not a number with a fraction")]
    [DataRow("[capture]\nbuffer_mb = 0", "line 2, column 13: capture.buffer_mb must be 1 to 4096 MB, not 0")]
    [DataRow("[capture]\nprofile = \"fast\"", "must be one of light, default, deep, not \"fast\"")]
    [DataRow("[capture]\nduration = \"soon\"", "must be a time such as")]
    [DataRow("[live]\nrefresh = \"\"", "must be a time such as")]
    [DataRow("[live]\nrefresh = \"1ms\"", "must be 100 ms or more")]
    [DataRow("[limits]\nring_events = 2097152", "must be 1024 to 1048576 events, not 2097152")]
    [DataRow("[limits]\nring_events = 5000", "must be a power of two such as 8192")]
    [DataRow("[output]\nreport = 1", "output.report must be true or false, not a whole number")]
    [DataRow("[output]\nreport = true\nreport = true", "line 3, column 1: \"report\" stands here a second time; the first is in line 2")]
    [DataRow("[store.spool]\nfsinc = \"never\"", "line 2, column 9: there is no setting \"fsinc\" in [store.spool]; did you mean fsync?")]
    [DataRow("[store.spol]\nfsync = \"never\"", "there is no section [store.spol]; did you mean store.spool?")]
    [DataRow("[store]\nspool = 1", "\"store.spool\" is a section")]
    [DataRow("[store]\nfsync = \"never\"", "there is no setting \"fsync\" in [store]")]
    [DataRow("[output.more]\nreport = true", "there is no section [output.more]")]
    [DataRow("[output\nreport = true", "line 1, column 8: this header should end with ]")]
    public void A_mistake_in_a_file_is_told_with_its_place_and_the_way_out(string text, string message)
    {
        Write("here", text);
        Errors().Single().ShouldContain(message);
        Errors().Single().ShouldStartWith(Path("here") + ", line ");
    }

    [TestMethod]
    public void All_mistakes_are_told_at_once()
    {
        Write("here", "[capture]\nprofil = \"light\"\nbuffer_mb = 0");
        Errors(variables: new() { ["SCOPE__CAPTURE__PROFIL"] = "x", ["SCOPE__OUTPUT__REPORT"] = "maybe" }, options: [("capture.duration", "soon", "--duration")]).Count.ShouldBe(5);
    }

    [TestMethod]
    public void A_mistake_in_a_variable_names_the_variable()
    {
        Errors(variables: new() { ["SCOPE__CAPTURE__BUFER_MB"] = "1" }).Single().ShouldBe("environment variable SCOPE__CAPTURE__BUFER_MB: there is no such setting; did you mean SCOPE__CAPTURE__BUFFER_MB?");
        Errors(variables: new() { ["SCOPE__OUTPUT__REPORT"] = "maybe" }).Single().ShouldBe("environment variable SCOPE__OUTPUT__REPORT: output.report must be true or false, not \"maybe\"");
    }

    [TestMethod]
    public void Bytes_that_are_not_UTF8_are_told_with_their_place()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path("here"))!);
        File.WriteAllBytes(Path("here"), [.. "[capture]\n# "u8, 0xFF]);
        Errors().Single().ShouldBe($"{Path("here")}, line 2, column 3: this byte is not UTF-8");
    }

    [TestMethod]
    public void The_file_of_the_project_holds_every_setting_at_its_default()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder!.FullName, "scope.toml"))) folder = folder.Parent;
        File.ReadAllText(System.IO.Path.Combine(folder.FullName, "scope.toml")).ShouldBe(SettingTable.ToToml());
    }

    [TestMethod]
    public void Every_default_is_within_its_limits_and_every_setting_is_described()
    {
        foreach (var setting in SettingTable.All)
        {
            setting.Fault(setting.Default).ShouldBeNull(setting.Key);
            setting.Says.ShouldEndWith(".");
            setting.Name.ShouldMatch("^[a-z_]+$");
        }
        SettingTable.All.Select(s => s.Key).ShouldBeUnique();
    }

    [TestMethod]
    public void Values_nested_without_end_are_refused()
    {
        TomlReader.Read("a = " + new string('[', 100_000), out var error).ShouldBeNull();
        error!.Message.ShouldContain("deep");
        TomlReader.Read("a = " + string.Concat(Enumerable.Repeat("{b = ", 100_000)), out error).ShouldBeNull();
        error!.Message.ShouldContain("deep");
    }

    SettingValues? Load(string? file = null, Dictionary<string, string>? variables = null, List<(string, string, string)>? options = null) => SettingValues.Load(Sources(file, variables, options), out _);

    IReadOnlyList<string> Errors(string? file = null, Dictionary<string, string>? variables = null, List<(string, string, string)>? options = null)
    {
        SettingValues.Load(Sources(file, variables, options), out var errors).ShouldBeNull();
        return errors;
    }

    ConfigurationSources Sources(string? file, Dictionary<string, string>? variables, List<(string, string, string)>? options) =>
        new([.. new[] { "etc", "home", "here" }.Select(f => System.IO.Path.Combine(_folder.FullName, f))], file, variables ?? [], options ?? []);

    void Write(string where, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(where))!);
        File.WriteAllText(Path(where), text);
    }

    string Path(string where) => System.IO.Path.Combine(_folder.FullName, where, "scope.toml");

    static string Origin(SettingValues values, string key) => values.Values.Single(v => v.Setting.Key == key).Origin;
}
