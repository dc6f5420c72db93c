// Rules of the project files.
using System.Text.RegularExpressions;

namespace Scope.Style.Tests;

[TestClass]
public sealed class ProjectTests
{
    [TestMethod]
    public void Projects_reference_only_what_the_layout_allows() =>
        Offence.None(Repository.ProductProjects.SelectMany(p => References.Offences(p.Path, p.Text)),
            "Move the code to a project that may know both sides, or change the table in DESIGN and in References.cs together, with the reason.");

    [TestMethod]
    public void A_planted_reference_is_found()
    {
        const string Xml = """
            <Project><ItemGroup>
            <ProjectReference Include="../Scope.Insight/Scope.Insight.csproj" />
            <PackageReference Include="Newtonsoft.Json" /><PackageReference Include="NodaTime" />
            </ItemGroup></Project>
            """;
        References.Offences("agent/Scope.Events/Scope.Events.csproj", Xml).Select(o => (o.Line, o.What))
            .ShouldBe([(2, "Scope.Events may not reference Scope.Insight"), (3, "Scope.Events may not reference Newtonsoft.Json")]);
        References.Offences("x/Scope.Odd.csproj", "<Project />").Single().What.ShouldContain("no row");
    }

    [TestMethod]
    public void No_project_turns_documentation_warnings_or_nullability_off()
    {
        var off = new Regex(@"<GenerateDocumentationFile>\s*false|<TreatWarningsAsErrors>\s*false|<Nullable>\s*disable|<NoWarn>|<WarningLevel>|<RunAnalyzers>\s*false|<EnforceCodeStyleInBuild>\s*false");
        Offence.None(Repository.ProductProjects.SelectMany(p => LinesThat(p, off)), "Mend what the compiler says instead of silencing it.");
        off.IsMatch("<NoWarn>CS1591</NoWarn>").ShouldBeTrue();
    }

    [TestMethod]
    public void Every_package_has_its_reason_beside_it()
    {
        var file = Repository.Find("Directory.Packages.props")!;
        Offence.None(WithoutReason(file.Path, file.Lines), "Write above it what it is for; lines without a gap between them share a reason.");
        WithoutReason("p", ["<ItemGroup>", "<PackageVersion Include=\"A\" />", "<!-- b -->", "<PackageVersion Include=\"B\" />", "<PackageVersion Include=\"C\" />"])
            .Select(o => o.Line).ShouldBe([2]);
    }

    static IEnumerable<Offence> WithoutReason(string path, string[] lines)
    {
        var hasReason = false;
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Contains("-->")) hasReason = true;
            else if (!lines[i].Contains("<PackageVersion")) hasReason = false;
            else if (!hasReason) yield return new(path, i + 1, $"no reason stands above {lines[i].Trim()}");
        }
    }

    static IEnumerable<Offence> LinesThat(SourceFile file, Regex match) =>
        file.Lines.Select((line, i) => (line, i)).Where(l => match.IsMatch(l.line)).Select(l => new Offence(file.Path, l.i + 1, l.line.Trim()));
}
