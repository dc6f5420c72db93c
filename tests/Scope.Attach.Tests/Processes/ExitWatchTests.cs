// How processes that are not our children ended: real ones, started by a shell that outlives them.
using System.Diagnostics;
using Scope.Attach.Processes;

namespace Scope.Attach.Tests.Processes;

[TestClass]
public sealed class ExitWatchTests
{
    [TestMethod]
    [DataRow("exit 7", 7, 0)]
    [DataRow("exit 0", 0, 0)]
    [DataRow("kill -9 $$", 0, 9)]
    [DataRow("kill -6 $$", 0, 6)]
    public void The_code_or_signal_of_an_end_is_told(string ending, int code, int signal)
    {
        // The inner shell tells its pid, waits for us to watch, and ends; the outer one reaps it and goes on.
        using var outer = Process.Start(new ProcessStartInfo("sh", ["-c", $"sh -c 'echo $$; read go; {ending}'; sleep 30"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            using var watch = ExitWatch.Of(int.Parse(outer.StandardOutput.ReadLine()!));
            outer.StandardInput.WriteLine("go");
            var exit = watch.WaitForExit(10_000);
            if (exit is null && Environment.OSVersion.Version < new Version(6, 15)) Assert.Inconclusive("kernels before 6.15 do not tell");
            exit.ShouldBe(new ProcessExit(code, signal));
        }
        finally
        {
            outer.Kill(entireProcessTree: true);
        }
    }

    [TestMethod]
    public void Of_a_process_that_is_gone_or_goes_on_nothing_is_told()
    {
        using var gone = ExitWatch.Of(int.MaxValue);
        gone.WaitForExit(100).ShouldBeNull();
        using var own = ExitWatch.Of(Environment.ProcessId);
        own.WaitForExit(100).ShouldBeNull();
    }
}
