// What methods call, read from the IL of this test's own assembly.
using System.Reflection;
using Scope.Events;

namespace Scope.Code.Tests;

[TestClass]
public sealed class MethodCallsTests
{
    readonly Catalog _catalog = new();
    readonly CodeFiles _files = new(new TargetFiles(_ => ""));

    [TestMethod]
    public void Calls_are_told_with_their_names_generic_and_nested_ones_too()
    {
        var calls = BodyOf(nameof(Sample.Mixed)).Calls;
        calls.Select(call => (call.Type, call.Name)).ShouldBe([
            ("System.Collections.Generic.List`1", ".ctor"),
            ("Scope.Code.Tests.MethodCallsTests+Sample", "Twice"),
            ("System.Collections.Generic.List`1", "Add"),
            ("System.Threading.Thread", "Sleep"),
            ("System.String", "Join"),
        ]);
        calls.Single(call => call.Name == "Sleep").AfterZero.ShouldBeTrue();
        calls.Single(call => call.IsLast).Name.ShouldBe("Join");
    }

    [TestMethod]
    public void A_loop_holds_the_calls_that_each_turn_makes_and_no_others()
    {
        var body = BodyOf(nameof(Sample.Loops));
        var loop = body.Loops.ShouldHaveSingleItem();
        body.Calls.Where(call => loop.Holds(call)).Select(call => call.Name).ShouldContain("SpinWait");
        body.Calls.Where(call => !loop.Holds(call)).Select(call => call.Name).ShouldContain("Collect");
        BodyOf(nameof(Sample.Mixed)).Loops.ShouldBeEmpty();
    }

    [TestMethod]
    public void Every_instruction_is_stepped_over_by_its_length()
    {
        // A switch, wide constants, fields and arrays before the call: a wrong length of any of them would lose it.
        BodyOf(nameof(Sample.Switches)).Calls.Select(call => call.Name).ShouldContain("Collect");
        BodyOf(nameof(Sample.Switches)).Size.ShouldBe(typeof(Sample).GetMethod(nameof(Sample.Switches))!.GetMethodBody()!.GetILAsByteArray()!.Length);
    }

    [TestMethod]
    public void The_code_of_an_async_method_is_that_of_its_state_machine() =>
        Places().BodiesOf(Intern(nameof(Sample.WaitsAsync))).SelectMany(body => body.Calls).Select(call => call.Name).ShouldContain("Delay");

    [TestMethod]
    public void A_call_of_an_interface_may_run_what_implements_it()
    {
        var caller = Intern(nameof(Sample.Asks));
        var places = Places();
        var call = places.BodiesOf(caller).Single().Calls.Single();
        (call.Type, call.Name).ShouldBe(("Scope.Code.Tests.MethodCallsTests+IRule", "Holds"));
        places.TargetsOf(call).Select(target => places.Of(target).Name.Full).ShouldBe(["Scope.Code.Tests.MethodCallsTests.Even.Holds"]);
    }

    [TestMethod]
    public void A_call_of_another_module_of_the_application_is_followed_into_it_and_one_of_a_library_is_not()
    {
        Intern(nameof(Sample.Mixed));
        _catalog.Modules.Intern(new(new TargetId(1), 2, typeof(WrittenName).Assembly.Location, false));
        var places = Places();
        places.TargetsOf(new(0, "Scope.Code.WrittenName", "Of", 0, false)).Select(target => places.Of(target).Name.Full).ShouldBe(["Scope.Code.WrittenName.Of"]);
        places.TargetsOf(new(0, "System.String", "Join", 0, false)).ShouldBeEmpty();
    }

    [TestMethod]
    public void Without_the_modules_file_nothing_is_told()
    {
        var target = _catalog.Targets.Add(new(1, "tests", "", "10.0", "x64", "linux", EventTime.Min, 2, "Gone"));
        var module = _catalog.Modules.Intern(new(target, 9, "/gone/Gone.dll", false));
        Places().BodiesOf(_catalog.Methods.Intern(new(module, 0x06000001, "Gone.Type", "Method", ""))).ShouldBeEmpty();
        Places().BodiesOf(default).ShouldBeEmpty();
    }

    [TestMethod]
    public void A_file_that_is_no_module_and_a_token_that_is_no_method_tell_nothing()
    {
        ModuleCode.Open(Path.ChangeExtension(typeof(Sample).Assembly.Location, ".deps.json")).ShouldBeNull();
        using var code = ModuleCode.Open(typeof(Sample).Assembly.Location).ShouldNotBeNull();
        code.BodiesOf(0x02000001).ShouldBeEmpty();
        code.BodiesOf(0x06FFFFFF).ShouldBeEmpty();
        code.TargetsOf("No.Such.Type", "Method").ShouldBeEmpty();
    }

    IlBody BodyOf(string method) => Places().BodiesOf(Intern(method)).ShouldHaveSingleItem();

    CodePlaces Places() => new(_catalog, _files);

    MethodId Intern(string name)
    {
        var method = typeof(Sample).GetMethod(name, BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public)!;
        var target = _catalog.Targets.All.Count > 0 ? new TargetId(1) : _catalog.Targets.Add(new(Environment.ProcessId, "tests", "", "10.0", "x64", "linux", EventTime.Min, 2, "Scope.Code.Tests"));
        var module = _catalog.Modules.Intern(new(target, 1, method.Module.FullyQualifiedName, false));
        return _catalog.Methods.Intern(new(module, method.MetadataToken, method.DeclaringType!.FullName!, method.Name, ""));
    }

    interface IRule
    {
        bool Holds(int number);
    }

    sealed class Even : IRule
    {
        public bool Holds(int number) => number % 2 == 0;
    }

    /// <summary>What is read.</summary>
    sealed class Sample
    {
        static long s_wide;
        static double s_real;

        public static string Mixed()
        {
            var list = new List<int>();
            list.Add(Twice(3));
            Thread.Sleep(0);
            return string.Join(',', list);
        }

        public static int Twice(int number) => number * 2;

        public static void Loops(CancellationToken stop)
        {
            GC.Collect();
            while (!stop.IsCancellationRequested) Thread.SpinWait(20);
        }

        public static void Switches(int which, int[] numbers)
        {
            switch (which)
            {
                case 0: s_wide = long.MaxValue; break;
                case 1: s_real = 0.1; break;
                case 2: numbers[which] = 1000; break;
                case 3: s_wide = numbers.Length; break;
            }
            if (numbers is [1, ..] && s_wide > s_real) s_real = float.MaxValue;
            GC.Collect();
        }

        public static async Task WaitsAsync() => await Task.Delay(1);

        public static bool Asks(IRule rule) => rule.Holds(4);
    }
}
