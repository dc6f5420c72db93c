// scope.toml holds every setting; each is read by the program and says what it does.
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Scope.Style.Tests;

[TestClass]
public sealed partial class SettingsTests
{
    const string Typed = "agent/Scope.Agent/Configuration/Settings.cs";

    [TestMethod]
    public void Every_setting_is_used_and_documented()
    {
        if (Repository.Find("scope.toml") is not { } file)
        {
            Repository.Product.ShouldNotContain(f => f.Path.StartsWith("agent/Scope.Agent/", StringComparison.Ordinal), "the program reads settings, so scope.toml must stand at the root");
            return;
        }
        var code = string.Join("\n", Repository.Product.Where(f => f.Path.StartsWith("agent/Scope.Agent/", StringComparison.Ordinal)).Select(f => f.Text));
        Offence.None(Offences(file.Path, file.Lines, code), "Remove the setting, or use it in Scope.Agent and write above it what it does.");
    }

    [TestMethod]
    public void Every_setting_does_something()
    {
        var typed = Repository.Find(Typed)!;
        var program = Repository.Product.Where(f => f.Path.StartsWith("agent/Scope.Agent/", StringComparison.Ordinal) && !f.Path.StartsWith("agent/Scope.Agent/Configuration/", StringComparison.Ordinal));
        Offence.None(Idle(typed.Path, typed.Text, string.Join("\n", program.Select(f => f.Text))), "Remove the setting, or do in Scope.Agent what it says.");
        Idle("s", "record Settings(ASettings A);\nrecord ASettings(int Read, int Unread);", "x = settings.A.Read + other.Unread;").Select(o => (o.Line, o.What)).ShouldBe([(2, "nothing outside of the configuration reads A.Unread")]);
    }

    [TestMethod]
    public void A_planted_setting_is_found() =>
        Offences("scope.toml", ["[a]", "# what it does", "used_one = 1", "bare = 2", "# says", "dead = 3"], "x[\"used_one\"]; y[\"bare\"]")
            .Select(o => $"{o.Line} {o.What}").ShouldBe(["4 the setting 'bare' does not say what it does", "6 the setting 'dead' is read nowhere in Scope.Agent"]);

    static IEnumerable<Offence> Offences(string path, string[] lines, string code)
    {
        for (var i = 0; i < lines.Length; i++)
        {
            if (Setting().Match(lines[i]) is not { Success: true } setting) continue;
            var name = setting.Groups[1].Value;
            if (!lines[i].Contains('#') && (i == 0 || !lines[i - 1].TrimStart().StartsWith('#'))) yield return new(path, i + 1, $"the setting '{name}' does not say what it does");
            var inCode = string.Concat(name.Split('_').Select(part => part.Length == 0 ? "" : char.ToUpperInvariant(part[0]) + part[1..]));
            if (!Regex.IsMatch(code, $@"\b({Regex.Escape(name)}|{Regex.Escape(inCode)})\b")) yield return new(path, i + 1, $"the setting '{name}' is read nowhere in Scope.Agent");
        }
    }

    /// <summary>Typed settings that are read from scope.toml, and then by nobody.</summary>
    static IEnumerable<Offence> Idle(string path, string text, string program) =>
        from section in CodeRules.Parse(text).DescendantNodes().OfType<RecordDeclarationSyntax>().Where(r => r.Identifier.Text is not "Settings")
        let name = section.Identifier.Text[..^"Settings".Length]
        from setting in section.ParameterList!.Parameters
        where !Regex.IsMatch(program, $@"(?i:\b{name}s?)\.{setting.Identifier.Text}\b")
        select new Offence(path, setting.GetLocation().GetLineSpan().StartLinePosition.Line + 1, $"nothing outside of the configuration reads {name}.{setting.Identifier.Text}");

    [GeneratedRegex(@"^\s*#?\s?([a-z][a-z0-9_]*)\s*=\s*\S")]
    private static partial Regex Setting();
}
