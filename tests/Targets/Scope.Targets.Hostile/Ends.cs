// The ends of a process: by itself, by the runtime, by the kernel, by becoming another program, and by leaving a child behind
// that holds everything it had open, the recorder's connections included.
using System.Runtime.InteropServices;

namespace Scope.Targets.Hostile;

static partial class Ends
{
    const int Kill = 9;
    const uint ChildSeconds = 60;

    /// <summary>Ends this process.</summary>
    public static void By(string how)
    {
        switch (how)
        {
            case "exit": Environment.Exit(7); break;
            case "crash": Throw(); break;
            case "fail-fast": Environment.FailFast("it cannot go on"); break;
            case "fault": _ = LengthOf(IntPtr.Zero); break;
            case "exec": Become("/bin/sleep", ["sleep", $"{ChildSeconds}", null]); break;
            case "fork": LeaveChild(); break;
        }
    }

    static void Throw() => throw new InvalidOperationException("nobody catches it");

    // The child has one thread and the locks as they were, so what it does next is resolved before.
    static void LeaveChild()
    {
        Sleep(0);
        SendSignal(GetProcessId(), 0);
        Daemonize(keepFolder: 1, keepFiles: 1);
        Sleep(ChildSeconds);
        SendSignal(GetProcessId(), Kill);
    }

    [LibraryImport("libc", EntryPoint = "strlen")]
    private static partial nint LengthOf(IntPtr text);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "execv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Become(string program, string?[] arguments);

    [LibraryImport("libc", EntryPoint = "daemon")]
    private static partial int Daemonize(int keepFolder, int keepFiles);

    [LibraryImport("libc", EntryPoint = "sleep")]
    private static partial uint Sleep(uint seconds);

    [LibraryImport("libc", EntryPoint = "getpid")]
    private static partial int GetProcessId();
}
