// The memory that we share with the agent: an anonymous file of the kernel, preallocated, so that a full machine gives us
// an error now and no fault later, and sealed, so that nobody can make it shorter under our feet. The agent, and only who
// may debug this process, opens it through /proc/PID/fd.
using System.Diagnostics;
using System.Runtime.InteropServices;
using Scope.Hooks.Wire;

namespace Scope.Hooks.Probe;

/// <summary>Makes the shared memory.</summary>
internal static unsafe partial class SharedMemory
{
    const uint CloseOnExec = 1;
    const uint AllowSealing = 2;
    const int AddSeals = 1033;
    const int SealSeal = 1;
    const int SealShrink = 2;
    const int SealGrow = 4;
    const int ReadWrite = 3;
    const int Shared = 1;

    /// <summary>The name under which it stands in /proc/PID/fd.</summary>
    const string Name = "scope-hooks-1";

    /// <summary>A mapped region with its head written; null when the system has no room for it or does not know such files.</summary>
    public static byte* Make(RegionLayout layout)
    {
        int file = memfd_create(Name, CloseOnExec | AllowSealing);
        if (file < 0)
            return null;
        byte* region = posix_fallocate(file, 0, (nint)layout.Bytes) == 0 ? (byte*)mmap(0, (nint)layout.Bytes, ReadWrite, Shared, file, 0) : (byte*)-1;
        if ((nint)region == -1 || fcntl(file, AddSeals, SealShrink | SealGrow | SealSeal) != 0)
        {
            _ = close(file);
            return null;
        }
        var header = (RegionHeader*)region;
        header->Version = RegionHeader.CurrentVersion;
        header->Rings = (uint)layout.Rings;
        header->Slots = (uint)layout.Slots;
        header->TextBytes = (uint)layout.TextBytes;
        header->TicksPerSecond = Stopwatch.Frequency;
        header->State = (int)HookState.Idle;
        Volatile.Write(ref header->Magic, RegionHeader.ExpectedMagic);
        return region;
    }

    /// <summary>The operating system's id of the calling thread.</summary>
    [LibraryImport("libc")]
    internal static partial int gettid();

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc")]
    private static partial int posix_fallocate(int file, nint offset, nint length);

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int fcntl(int file, int command, int argument);

    [LibraryImport("libc")]
    private static partial int close(int file);
}
