// What runtimes write when they die, as they write it; and of real processes, whose standard error is a file or is not.
using System.Diagnostics;
using Scope.Attach.Processes;

namespace Scope.Attach.Tests.Processes;

[TestClass]
public sealed class LastWordsTests
{
    [TestMethod]
    public void An_unhandled_exception_is_told_with_message_and_stack()
    {
        var word = LastWords.Parse("info: serving\nUnhandled exception. System.DivideByZeroException: Attempted to divide by zero.\n   at Shop.Worker.Price(Order order) in /src/Worker.cs:line 12\n   at Shop.Worker.<>c.<Start>b__0_0()\n--- End of stack trace from previous location ---\n   at System.Threading.Thread.StartCallback()\nAborted\n").ShouldNotBeNull();
        (word.Exception, word.Message).ShouldBe(("System.DivideByZeroException", "Attempted to divide by zero."));
        word.Frames.ShouldBe([("Shop.Worker", "Price"), ("Shop.Worker.<>c", "<Start>b__0_0"), ("System.Threading.Thread", "StartCallback")]);
    }

    [TestMethod]
    [DataRow("Stack overflow.\nRepeated 12057 times:\n--------------------------------\n   at Shop.Tree.Walk(Int32)\n", "System.StackOverflowException", "Walk")]
    [DataRow("Process terminated. Books do not balance\n   at System.Environment.FailFast(System.String)\n   at Shop.Ledger.Close()\n", "Environment.FailFast", "FailFast")]
    public void Other_ends_are_told_apart(string text, string exception, string method)
    {
        var word = LastWords.Parse(text).ShouldNotBeNull();
        word.Exception.ShouldBe(exception);
        word.Frames[0].Method.ShouldBe(method);
    }

    [TestMethod]
    public void A_log_that_only_speaks_of_exceptions_is_no_end() => LastWords.Parse("error: System.IO.IOException: gone\n   at Shop.Files.Read()\nwarn: Unhandled exceptions are bad\n").ShouldBeNull();

    [TestMethod]
    public void The_end_of_a_file_is_read_from_where_we_came_and_a_pipe_is_left_alone()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "Unhandled exception. Old.Story: of another process\n");
            using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"exec 2>>{path}; echo up; read go; echo 'Unhandled exception. Shop.Broken: now' >&2"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
            shell.StandardOutput.ReadLine();
            using var words = LastWords.Of(shell.Id);
            words.Read().ShouldBeNull();
            shell.StandardInput.WriteLine("go");
            shell.WaitForExit();
            words.Read().ShouldNotBeNull().Exception.ShouldBe("Shop.Broken");
        }
        finally
        {
            File.Delete(path);
        }
        using var piped = Process.Start(new ProcessStartInfo("sh", ["-c", "read go; echo 'Unhandled exception. Shop.Broken: now' >&2"]) { RedirectStandardInput = true, RedirectStandardError = true })!;
        using var none = LastWords.Of(piped.Id);
        piped.StandardInput.WriteLine("go");
        piped.WaitForExit();
        none.Read().ShouldBeNull();
        piped.StandardError.ReadToEnd().ShouldContain("Shop.Broken"); // Nothing of it was taken away.
    }
}
