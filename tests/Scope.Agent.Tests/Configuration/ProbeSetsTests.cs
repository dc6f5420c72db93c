// The probes of a configuration file: what each key means, and how mistakes are told.
using Scope.Agent.Configuration;

namespace Scope.Agent.Tests.Configuration;

[TestClass]
public sealed class ProbeSetsTests
{
    readonly string _file = Path.Combine(Path.GetTempPath(), $"scope-{Guid.NewGuid():N}.toml");

    [TestCleanup]
    public void Remove() => File.Delete(_file);

    [TestMethod]
    public void Each_probe_is_what_the_command_line_would_ask_for()
    {
        var probes = Load("""
            [hooks]
            probes = "on"
            [[probe]]
            methods = "MyApp.Orders.*.Place*"
            args = true
            exception = true
            when = "order.Total > 1000"
            capture = ["this._cart.Count", "order.Id"]
            [[probe]]
            methods = "Orders.cs:42"
            log = "cart={cart.Id}"
            hits = 0
            from = "Orders.Create"
            value = "order.Id"
            freeze = true
            snapshot = true
            """, out var errors)!.Settings.Probes;
        errors.ShouldBeEmpty();
        (probes.Count, probes[0].Methods, probes[0].Arguments, probes[0].Return, probes[0].Exception, probes[0].When).ShouldBe((2, "MyApp.Orders.*.Place*", true, false, true, "order.Total > 1000"));
        probes[0].Captures.ShouldBe(["this._cart.Count", "order.Id"]);
        (probes[1].Methods, probes[1].Log, probes[1].Hits).ShouldBe(("Orders.cs:42", "cart={cart.Id}", 0));
        (probes[1].From, probes[1].Value, probes[1].Freeze, probes[1].Snapshot, probes[0].Freeze || probes[0].Snapshot).ShouldBe(("Orders.Create", "order.Id", true, true, false));
    }

    [TestMethod]
    [DataRow("[[probe]]\nmethod = \"A\"", "line 2", "did you mean methods?")]
    [DataRow("[[probe]]\nmethods = \"A\"\nargs = 1", "line 3", "probe.args must be true or false, not a whole number")]
    [DataRow("[[probe]]\nargs = true", "line 1", "probe.methods must say which: here the name of a method is missing")]
    [DataRow("[probe]\nmethods = \"A\"", "line 1", "write [[probe]]")]
    [DataRow("[[probe]]\nmethods = \"does:swallow\"", "line 2", "did you mean swallows?")]
    public void A_mistake_is_told_with_its_place(string text, string line, string says)
    {
        Load(text, out var errors).ShouldBeNull();
        errors[0].ShouldContain(line);
        errors.ShouldContain(e => e.Contains(says, StringComparison.Ordinal), string.Join('\n', errors));
    }

    SettingValues? Load(string text, out IReadOnlyList<string> errors)
    {
        File.WriteAllText(_file, text);
        return SettingValues.Load(new([], _file, new Dictionary<string, string>(), []), out errors);
    }
}
