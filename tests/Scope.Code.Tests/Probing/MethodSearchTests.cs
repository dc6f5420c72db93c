// Methods are found as they were written, over real metadata and PDBs.
using Scope.Code.Probing;
using Scope.Code.Tests.Probing.Sample;

namespace Scope.Code.Tests.Probing;

[TestClass]
public sealed class MethodSearchTests
{
    readonly LoadedCode _code = LoadedSample.Open();

    [TestCleanup]
    public void Close() => _code.Dispose();

    [TestMethod]
    [DataRow("Scope.Code.Tests.Probing.Sample.Handlers.Twice", "Twice")]
    [DataRow("Handlers.Tw*", "Twice")]
    [DataRow("Sample.*.PlaceAsync", "PlaceAsync")]
    [DataRow("Shelf.Take", "Take")]
    [DataRow("attribute:Slow", "PlaceAsync")]
    [DataRow("base:IHandler Handle", "Handle")]
    [DataRow("namespace:*.Probing.Sample Located", "Located")]
    [DataRow("namespace:*.Probing.Sample does:swallows", "Retry")]
    [DataRow("namespace:*.Probing.Sample does:awaits-under-lock", "WaitUnderLock")]
    [DataRow("namespace:*.Probing.Sample does:calls-in-loop calls:Action.Invoke", "Retry")]
    [DataRow("namespace:*.Probing.Sample calls:Handlers.Twice", "Located")]
    [DataRow("Shelf.Take writes:Shelf.Count", "Take")]
    public void A_method_is_found_by_name_attribute_base_namespace_and_what_its_code_does(string query, string method)
    {
        var found = _code.Find(query);
        found.Methods.Select(m => m.Title.Split('.')[^1]).ShouldBe([method], found.Problem);
        found.Methods[0].Refusal.ShouldBeNull();
    }

    [TestMethod]
    public void What_the_compiler_moved_is_probed_where_it_is_and_shown_as_written()
    {
        var place = _code.Find("Handlers.PlaceAsync").Methods.ShouldHaveSingleItem();
        (place.Machine, place.Title).ShouldBe((MachineSort.Async, LoadedSample.Namespace + ".Handlers.PlaceAsync"));
        _code.Find("Handlers.PlaceAsync").Methods[0].BodyToken.ShouldNotBe(ModuleMetadata.TokenOf(place.Written));
        _code.Find("Handlers.Walk").Methods.ShouldHaveSingleItem().Machine.ShouldBe(MachineSort.Iterator);
        _code.Find("Handlers.Sum.*").Methods.Select(m => m.Title[(LoadedSample.Namespace.Length + 1)..]).ShouldBe(["Handlers.Sum.Scaled", "Handlers.Sum.lambda"], ignoreOrder: true);
        _code.Find("Handlers.Sum").Methods.ShouldHaveSingleItem();
    }

    [TestMethod]
    public void A_line_of_source_is_an_IL_offset_with_its_locals()
    {
        var line = File.ReadAllLines(Path.Combine(Scope.Testing.Checkout.Root, "tests/Scope.Code.Tests/Probing/ProbedSample.cs")).ToList().FindIndex(l => l.Contains("The probed line")) + 1;
        var found = _code.Find($"ProbedSample.cs:{line}").Methods.ShouldHaveSingleItem();
        found.ToString().ShouldBe($"{LoadedSample.Namespace}.Handlers.Located (ProbedSample.cs:{line})");
        found.IlOffset.ShouldNotBeNull().ShouldBeGreaterThan(0);
        var frame = new MethodFrame(_code, found);
        frame.Find("twice", out var problem).ShouldNotBeNull(problem).Root.ShouldBe(ValueRoot.Local);
        _code.Find($"Handlers.Located@IL_{found.IlOffset:x4}").Methods.ShouldHaveSingleItem().Refusal.ShouldBeNull();
        _code.Find("Handlers.Located@IL_7777").Methods[0].Refusal.ShouldNotBeNull().ShouldContain("no instruction begins at IL_7777");
    }

    [TestMethod]
    [DataRow("IHandler.Handle", "abstract")]
    [DataRow("Handlers.getpid", "extern")]
    [DataRow("System.String.Concat", "--force")]
    public void What_cannot_be_probed_is_refused_with_the_reason(string query, string reason) =>
        _code.Find(query).Methods.Select(m => m.Refusal!.Contains(reason)).Distinct().ShouldBe([true]);

    [TestMethod]
    public void What_a_method_may_call_is_found_below_it() =>
        new MethodSearch(_code).Below(_code.Find("Handlers.Relay").Methods.Single(), depth: 2, most: 10).Select(m => m.Title[(LoadedSample.Namespace.Length + 1)..]).ShouldBe(["Handlers.Located", "Handlers.PlaceAsync"]);

    [TestMethod]
    public void What_nobody_wrote_is_answered_with_what_is_near()
    {
        _code.Find("Handlers.PlaceAsyn").Problem.ShouldContain("near it: " + LoadedSample.Namespace + ".Handlers.PlaceAsync");
        _code.Find("Nowhere.cs:12").Problem.ShouldContain("Nowhere.cs:12");
    }

    [TestMethod]
    [DataRow("", "name of a method is missing", 0)]
    [DataRow("Handlers.* atribute:Slow", "did you mean attribute?", 11)]
    [DataRow("does:swallow", "did you mean swallows?", 5)]
    [DataRow("Handlers.Sum@12", "IL_001a", 13)]
    [DataRow("base:", "a value is missing", 4)]
    public void A_mistake_in_a_query_is_shown_where_it_is(string query, string says, int at)
    {
        MethodQuery.TryParse(query, out _, out var mistake).ShouldBeFalse();
        (mistake!.Message.Contains(says), mistake.At).ShouldBe((true, at), mistake.ToString());
    }

    // The sample is there to be read, and to be loaded.
    [TestMethod]
    public void The_sample_does_what_it_says() => new Handlers().Handle(new Order { Id = 3 }, "me").ShouldBe(5);
}
