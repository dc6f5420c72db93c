// The calls of the kernel that a snapshot needs: stop threads, read memory, get room.
using System.Runtime.InteropServices;

namespace Scope.Attach.Snapshots.Capture;

/// <summary>A stretch of memory for the kernel.</summary>
[StructLayout(LayoutKind.Sequential)]
struct IoVector
{
    public nuint Base, Bytes;
}

/// <summary>The kernel's calls, as in their manual pages.</summary>
static unsafe partial class NativeCalls
{
    public const nint PtraceGetRegisters = 12, PtraceDetach = 17, PtraceSignalInfo = 0x4202, PtraceSeize = 0x4206, PtraceInterrupt = 0x4207;
    public const int WaitNoHang = 1, WaitAllThreads = 0x40000000;
    public const int ReadOnly = 1, PrivateFile = 2, ReadWrite = 3, PrivateAnonymousNoReserve = 0x4022;
    public const int AdviseHugePages = 14, AdvisePopulateWrite = 23;
    const int OneThread = 0, Self = 0, BeforeOthers = -15;

    public const int NotPermitted = 1, NoSuchProcess = 3;

    [LibraryImport("libc", EntryPoint = "ptrace", SetLastError = true)]
    public static partial nint Ptrace(nint request, int thread, nint address, nint data);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitPid(int thread, out int status, int options);

    [LibraryImport("libc", EntryPoint = "process_vm_readv", SetLastError = true)]
    public static partial nint ReadMemory(int pid, IoVector* local, nuint locals, IoVector* remote, nuint remotes, nuint flags);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial nint Map(nint address, nuint bytes, int rights, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    public static partial int Unmap(nint address, nuint bytes);

    /// <summary>
    /// Says that nobody here wants to hear of children that stand still. The runtime looks after its children whenever it hears of
    /// one, and takes a stopped one for ended: "run --" has its target as a child.
    /// </summary>
    public static void HearOfEndsOnly()
    {
        const int childSignal = 17, actionBytes = 152, flagsOffset = 136, noStops = 1;
        var action = stackalloc byte[actionBytes];
        if (SignalAction(childSignal, null, action) != 0 || *(nint*)action == 0) return;
        *(int*)(action + flagsOffset) |= noStops;
        _ = SignalAction(childSignal, action, null);
    }

    [LibraryImport("libc", EntryPoint = "sigaction")]
    private static partial int SignalAction(int signal, byte* set, byte* old);

    /// <summary>Lets others run for a moment, microseconds.</summary>
    [LibraryImport("libc", EntryPoint = "usleep")]
    public static partial int Rest(uint micros);

    /// <summary>Puts the calling thread before others while it holds a target, where we have the right to: a busy machine would lengthen the pause.</summary>
    public static void Hurry() => _ = SetPriority(OneThread, Self, BeforeOthers);

    /// <summary>Back among the others: the target needs the processors now.</summary>
    public static void Rest() => _ = SetPriority(OneThread, Self, 0);

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(nint address, nuint bytes, int advice);
}
