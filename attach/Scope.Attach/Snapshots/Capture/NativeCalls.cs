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
    public const nint PtraceGetRegisters = 12, PtraceDetach = 17, PtraceSeize = 0x4206, PtraceInterrupt = 0x4207;
    public const int WaitNoHang = 1, WaitAllThreads = 0x40000000;
    public const int ReadWrite = 3, PrivateAnonymousNoReserve = 0x4022;
    public const int AdviseHugePages = 14, AdvisePopulateWrite = 23;
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

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(nint address, nuint bytes, int advice);
}
