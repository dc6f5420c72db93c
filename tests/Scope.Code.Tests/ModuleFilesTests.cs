// A target's disk that answers late, and a file at which reading fails, cost what they hold and nothing else.
using System.Diagnostics;
using Scope.Events;

namespace Scope.Code.Tests;

[TestClass]
public sealed class ModuleFilesTests
{
    static readonly string Module = typeof(ModuleFilesTests).Assembly.Location;

    [TestMethod]
    public void A_disk_that_answers_late_is_left_alone_for_a_while_and_says_why()
    {
        var looks = 0;
        using var lines = new SourceLines(new TargetFiles(_ =>
        {
            looks++;
            Thread.Sleep(Limits.SlowFileMillis + 100);
            return "";
        }));
        LineOf(lines, Module, out _).ShouldNotBeNull("the answer of a slow disk is an answer");
        lines.Failing.ShouldNotBeNull().Why.ShouldContain(Module);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 100; i++) LineOf(lines, $"/far/away/module{i}.dll", out var problem).ShouldBeNull(problem);
        watch.ElapsedMilliseconds.ShouldBeLessThan(Limits.SlowFileMillis);
        looks.ShouldBe(1);
        LineOf(lines, Module, out var told).ShouldBeNull();
        told.ShouldContain("is tried again in");
    }

    [TestMethod]
    public void A_file_at_which_reading_fails_is_asked_once_and_the_others_go_on()
    {
        var asked = 0;
        using var files = new ModuleFiles<PortablePdb>(new TargetFiles(_ => ""), path => (PortablePdb.Open(path, out var problem), problem));
        for (var i = 0; i < 3; i++)
        {
            files.Ask<string>(1, Module, _ => throw new InvalidOperationException($"a mistake of ours, {++asked}"), out var problem).ShouldBeNull();
            problem.ShouldBe($"{Module} cannot be read: a mistake of ours, 1");
        }
        files.Ask(1, typeof(SourceLines).Assembly.Location, pdb => pdb.LineOf(0x06000001) ?? new("", 0), out var none).ShouldNotBeNull(none);
        files.Failing.ShouldBeNull();
    }

    static SourceLine? LineOf(SourceLines lines, string path, out string problem) =>
        lines.LineOf(new(new(1), 1, path, false), new(1, "tests", "", "", "", "", EventTime.Min, 1, ""), ((Action)Marked).Method.MetadataToken, -1, out problem);

    static void Marked() { }
}
