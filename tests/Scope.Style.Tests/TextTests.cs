// The rules of text, over all files; and each rule on a planted breach, so that none of them is blind.
namespace Scope.Style.Tests;

[TestClass]
public sealed class TextTests
{
    static readonly string[] BinaryEndings = [".png", ".ico", ".gz", ".zip", ".nupkg", ".woff2", ".nettrace", ".dll", ".snk"];

    [TestMethod]
    public void Files_are_one_idea_long() => Check(TextRules.TooLong, "Split it where a second idea begins.");

    [TestMethod]
    public void Files_open_by_saying_what_they_are() => Check(TextRules.NoOpening, "Begin with // what it is and why, before the usings.");

    [TestMethod]
    public void Names_come_from_the_domain() => Check(TextRules.EmptyNames, "Name it after what it is or does.");

    [TestMethod]
    public void Nothing_is_left_unfinished() => Check(TextRules.Unfinished, "Finish it, or leave it out and say so in the decision records.");

    [TestMethod]
    public void Bounds_stand_in_Limits() => Check(TextRules.BoundsElsewhere, "Move it to agent/Scope.Events/Limits.cs with the reason for its size.");

    [TestMethod]
    public void No_pause_leaves_a_task_behind() => Check(TextRules.LeakingPauses, "Write await Task.Delay(…, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing): a task that waits for ever stays on its token until that is cancelled, one for each pause.");

    [TestMethod]
    public void No_file_names_a_path_of_one_machine() =>
        Offence.None(Repository.Files.Where(f => !BinaryEndings.Any(f.Path.EndsWith) && new FileInfo(Path.Combine(Repository.Root, f.Path)).Length < 1 << 20).SelectMany(TextRules.MachinePaths),
            "Take the path from the environment, or from where the file stands.");

    [TestMethod]
    public void No_test_is_switched_off() =>
        Offence.None(Repository.Files.Where(f => f.Path.StartsWith("tests/", StringComparison.Ordinal) && f.Path.EndsWith(".cs", StringComparison.Ordinal) && !f.Path.StartsWith("tests/Scope.Style.Tests/", StringComparison.Ordinal))
            .SelectMany(f => TextRules.Unfinished(f).Where(o => !o.What.Contains("Sleep"))), "Mend it or delete it.");

    [TestMethod]
    public void Planted_breaches_of_text_are_found()
    {
        Lines(TextRules.NoOpening, "using System;").ShouldBe([1]);
        Lines(TextRules.NoOpening, "// What it is.\nusing System;").ShouldBeEmpty();
        Lines(TextRules.TooLong, string.Join('\n', new string[TextRules.FileLines + 1].Select(_ => "x"))).ShouldBe([301]);
        Lines(TextRules.EmptyNames, "// a\nsealed class StringHelper { }\nrecord EventManager;\nclass Managerial { }").ShouldBe([2, 3]);
        Lines(TextRules.Unfinished, "// TO" + "DO later\nthrow new NotImplemented" + "Exception();\nThread.Sleep(5);\nThread.Sleep(5); // Nobody tells.\n// to do: nothing").ShouldBe([1, 2, 3]);
        Lines(TextRules.BoundsElsewhere, "const int MaxRows = 5;\nconst long QueueLimit = 7;\nconst int Maxim = 3;\nconst int Rows = 5;").ShouldBe([1, 2]);
        Lines(TextRules.LeakingPauses, "await Task.WhenAny(Task.Delay(5, CancellationToken.None), Task.Delay(Timeout.Infinite, stop));\nawait Task.WhenAny(done, Task.Delay(Timeout.Infinite, stop));").ShouldBe([1]);
        Lines(TextRules.MachinePaths, "cd /wo" + "rk/main\n\"/ro" + "ot/x\"\nhttp://x/wo" + "rk/y\n/proc/1/ro" + "ot/tmp").ShouldBe([1, 2]);
    }

    static void Check(Func<SourceFile, IEnumerable<Offence>> rule, string whatToDo) => Offence.None(Repository.Product.SelectMany(rule), whatToDo);

    static List<int> Lines(Func<SourceFile, IEnumerable<Offence>> rule, string text)
    {
        var path = Path.Combine(Repository.Root, Path.GetRandomFileName() + ".cs");
        File.WriteAllText(path, text);
        try
        {
            return [.. rule(new SourceFile(Path.GetFileName(path))).Select(o => o.Line)];
        }
        finally
        {
            File.Delete(path);
        }
    }
}
