// The rules of code, over all files; and each on a planted breach.
namespace Scope.Style.Tests;

[TestClass]
public sealed class CodeTests
{
    /// <summary>What every event passes through. A file that becomes hot is added here; one that is renamed is renamed here.</summary>
    static readonly string[] HotFiles =
    [
        "agent/Scope.Events/ScopeEvent.cs",
        "agent/Scope.Events/Varint.cs",
        "agent/Scope.Events/KindSet.cs",
        "agent/Scope.Pipeline/Ring/EventRing.cs",
        "agent/Scope.Pipeline/Ring/RingReader.cs",
        "profiler-hooks/Scope.Hooks.Wire/RingWriter.cs",
        "profiler-hooks/Scope.Hooks.Probe/ThreadRing.cs",
        "profiler-hooks/Scope.Hooks.Probe/ThreadSpans.cs",
        "profiler-hooks/Scope.Hooks.Probe/SpanFields.cs",
        "attach/Scope.Attach/Nettrace/EventBlocks.cs",
        "attach/Scope.Attach/Nettrace/EventHeader.cs",
        "attach/Scope.Attach/Nettrace/EventSorter.cs",
        "attach/Scope.Attach/Nettrace/NettraceEmitter.cs",
        "attach/Scope.Attach/Nettrace/SequenceAccount.cs",
        "store/Scope.Store/Hot/Chain.cs",
        "store/Scope.Store/Hot/HeadTable.cs",
        "store/Scope.Store/Hot/HotBlock.cs",
    ];

    [TestMethod]
    public void Methods_fit_a_screen() =>
        Offence.None(Repository.Product.SelectMany(f => CodeRules.LongMethods(f.Path, f.Text)), "Give its parts names.");

    [TestMethod]
    public void The_hot_path_neither_locks_nor_throws_nor_allocates() =>
        Offence.None(HotFiles.Select(Repository.Find).OfType<SourceFile>().SelectMany(f => CodeRules.HotPath(f.Path, f.Text)),
            "Move slow work to a method of its own marked NoInlining; give failures back as values.");

    [TestMethod]
    public void The_list_of_hot_files_is_up_to_date() =>
        Offence.None(HotFiles.Where(p => Repository.Find(p) is null).Select(p => new Offence(p, 1, "there is no such file")), "Rename or remove it in CodeTests.cs.");

    [TestMethod]
    public void Planted_breaches_of_code_are_found()
    {
        var longMethod = "class A { void Long() {\n" + string.Concat(Enumerable.Repeat("x();\n", CodeRules.MethodLines)) + "} void Short() { } }";
        CodeRules.LongMethods("a", longMethod).Single().What.ShouldContain("Long has 62 lines");
        const string Hot = """
            class A {
                readonly List<int> _ok = new List<int>();
                A() { throw new Exception(); }
                void Lock() { lock (this) { } }
                void Throw() => throw new Exception();
                void Linq(int[] a) => a.Where(x => true);
                void Make() { var l = new List<int>(); }
                [MethodImpl(MethodImplOptions.NoInlining)] void Slow() { lock (this) throw new Exception(); }
                void Fine(Span<byte> s) { s.CopyTo(s); Array.Resize(ref _a, 5); new Point(1, 2); }
            }
            """;
        CodeRules.HotPath("a", Hot).Select(o => $"{o.Line} {o.What}").ShouldBe(["4 Lock takes a lock", "5 Throw throws", "6 Linq calls Where", "6 Linq makes a closure", "7 Make makes a List"], ignoreOrder: true);
    }
}
