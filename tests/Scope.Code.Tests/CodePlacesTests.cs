// Whose code it is and where it stands, told from real files: this test's own assembly, its deps.json and its PDB.
using Scope.Events;

namespace Scope.Code.Tests;

[TestClass]
public sealed class CodePlacesTests
{
    static readonly TargetInfo Me = new(Environment.ProcessId, "tests", "", "10.0", "x64", "linux", EventTime.Min, 2, "Scope.Code.Tests");

    readonly Catalog _catalog = new();
    readonly CodeFiles _files = new(new TargetFiles(_ => ""));
    TargetId _target;

    [TestInitialize]
    public void Begin() => _target = _catalog.Targets.Add(Me);

    [TestMethod]
    public void The_deps_json_beside_a_module_tells_projects_from_packages()
    {
        OriginOf(typeof(CodePlacesTests)).ShouldBe(CodeOrigin.Application);
        OriginOf(typeof(WrittenName)).ShouldBe(CodeOrigin.Application);
        OriginOf(typeof(Shouldly.Should)).ShouldBe(CodeOrigin.ThirdParty);
    }

    [TestMethod]
    public void A_module_in_a_shared_framework_folder_is_the_frameworks()
    {
        OriginOf(typeof(string)).ShouldBe(CodeOrigin.Framework);
        OriginOf(@"C:\Program Files\dotnet\shared\Microsoft.AspNetCore.App\9.0.1\Kestrel.Made.Up.dll").ShouldBe(CodeOrigin.Framework);
    }

    [TestMethod]
    [DataRow("/gone/Shop.dll", CodeOrigin.Application)]
    [DataRow("/gone/Npgsql.dll", CodeOrigin.ThirdParty)]
    [DataRow("/gone/Microsoft.EntityFrameworkCore.Relational.dll", CodeOrigin.ThirdParty)]
    [DataRow("/gone/System.Private.CoreLib.dll", CodeOrigin.Framework)]
    [DataRow("/gone/SystemsOfOurs.dll", CodeOrigin.Application)]
    [DataRow("/app/.nuget/packages/acme.core/1.0.0/lib/net8.0/Acme.Core.dll", CodeOrigin.ThirdParty)]
    public void Without_files_well_known_names_decide(string path, CodeOrigin expected) => OriginOf(path).ShouldBe(expected);

    [TestMethod]
    public void Methods_without_a_module_are_dynamic_native_or_told_by_their_type()
    {
        Place(new(default, 0, "dynamicClass", "lambda_method17", "")).Origin.ShouldBe(CodeOrigin.Dynamic);
        Place(new(default, 0, "", "epoll_wait", "")).Origin.ShouldBe(CodeOrigin.Native);
        Place(new(default, 0, "System.Threading.Monitor", "Enter", "")).Origin.ShouldBe(CodeOrigin.Framework);
        Place(new(default, 0, "Shop.Orders", "Place", "")).Origin.ShouldBe(CodeOrigin.Application);
        new CodePlaces(_catalog, _files).Of(default(MethodId)).ShouldBe(CodePlace.Unknown);
    }

    [TestMethod]
    public void A_method_that_the_runtime_never_told_of_is_found_in_its_module()
    {
        Intern(((Action)MarkedLine).Method); // So that the module is known; the method that is looked for is not.
        var places = new CodePlaces(_catalog, _files);
        var found = places.Find(nameof(Undisclosed), "Load");
        places.Of(found).Name.Full.ShouldBe("Scope.Code.Tests.Undisclosed.LoadAsync");
        places.LineOf(found).ShouldNotBeNull().File.ShouldEndWith("CodePlacesTests.cs");
        places.Find(nameof(Undisclosed), "Loa").IsNone.ShouldBeTrue();
        places.Find("NoSuchClass", "Load").IsNone.ShouldBeTrue();
    }

    [TestMethod]
    public void A_pdb_tells_the_line_of_a_method_and_of_an_offset_in_it()
    {
        var method = ((Action)MarkedLine).Method;
        var id = Intern(method);
        var places = new CodePlaces(_catalog, _files);
        var first = places.LineOf(id).ShouldNotBeNull();
        first.File.ShouldEndWith("CodePlacesTests.cs");
        first.Short.ShouldBe($"CodePlacesTests.cs:{first.Line}");
        var end = places.LineOf(id, ilOffset: int.MaxValue).ShouldNotBeNull();
        (end.Line - first.Line).ShouldBeInRange(2, 3, "optimised code has no line of its own for the braces");
    }

    [TestMethod]
    public void An_async_method_has_the_line_of_its_state_machine()
    {
        var kickoff = ((Func<Task>)MarkedAsync).Method;
        new CodePlaces(_catalog, _files).LineOf(Intern(kickoff)).ShouldNotBeNull().File.ShouldEndWith("CodePlacesTests.cs");
    }

    [TestMethod]
    public void A_file_that_is_no_module_gives_no_lines_and_a_reason()
    {
        var path = Path.GetTempFileName();
        try
        {
            var random = new Random(3);
            var real = File.ReadAllBytes(typeof(CodePlacesTests).Assembly.Location);
            for (var i = 0; i < 200; i++)
            {
                var bytes = (byte[])real.Clone();
                for (var k = 0; k < 40; k++) bytes[random.Next(i % 2 == 0 ? 1024 : bytes.Length)] = (byte)random.Next(256);
                File.WriteAllBytes(path, i % 3 == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
                using var pdb = PortablePdb.Open(path, out var problem);
                if (pdb is null) problem.ShouldContain(path);
            }
        }
        finally
        {
            File.Delete(path);
        }
        PortablePdb.Open("/nowhere/Shop.dll", out var gone).ShouldBeNull();
        gone.ShouldContain("/nowhere/Shop.dll");
        TargetFiles.Read("/dev/zero", 100).Problem.ShouldContain("no regular file");
    }

    [TestMethod]
    public void A_damaged_pdb_gives_lines_or_none_but_never_throws()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var module = typeof(CodePlacesTests).Assembly.Location;
            var copy = Path.Combine(folder, Path.GetFileName(module));
            File.Copy(module, copy);
            var real = File.ReadAllBytes(Path.ChangeExtension(module, ".pdb"));
            var random = new Random(11);
            var token = ((Action)MarkedLine).Method.MetadataToken;
            for (var i = 0; i < 300; i++)
            {
                var bytes = (byte[])real.Clone();
                for (var k = 0; k < 1 + i % 60; k++) bytes[random.Next(i % 2 == 0 ? 600 : bytes.Length)] = (byte)random.Next(256);
                File.WriteAllBytes(Path.ChangeExtension(copy, ".pdb"), i % 5 == 0 ? bytes[..random.Next(bytes.Length)] : bytes);
                using var pdb = PortablePdb.Open(copy, out var problem);
                if (pdb is null) problem.ShouldContain(copy);
                pdb?.LineOf(token, random.Next(-1, 100));
            }
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [TestMethod]
    [DataRow("", "")]
    [DataRow("[]", "no assemblies")]
    [DataRow("{\"targets\":{\"x\":{\"a/1\":{\"runtime\":[]}}},\"libraries\":{\"a/1\":{\"type\":3}}}", "no assemblies")]
    [DataRow("{\"targets\": ", "not a deps.json")]
    public void A_deps_json_that_is_none_is_refused_with_a_reason(string text, string reason)
    {
        DepsJson.Read(System.Text.Encoding.UTF8.GetBytes(text), out var problem).ShouldBeNull();
        problem.ShouldContain(reason);
    }

    static void MarkedLine()
    {
        Console.Write("");
        Console.Write("");
    }

    static async Task MarkedAsync()
    {
        await Task.Yield();
    }

    CodeOrigin OriginOf(Type type) => OriginOf(type.Assembly.Location);

    CodeOrigin OriginOf(string path) => _files.Origins.OriginOf(new(_target, 1, path, false), Me);

    CodePlace Place(MethodInfo method) => new CodePlaces(_catalog, _files).Of(_catalog.Methods.Intern(method));

    MethodId Intern(System.Reflection.MethodInfo method)
    {
        var module = _catalog.Modules.Intern(new(_target, 1, method.DeclaringType!.Assembly.Location, false));
        return _catalog.Methods.Intern(new(module, method.MetadataToken, method.DeclaringType.FullName!, method.Name, ""));
    }
}

static class Undisclosed
{
    public static Task LoadAsync() => Task.CompletedTask;
}
