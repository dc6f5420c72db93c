// The memory that we share with the agent: an anonymous file of the kernel, sealed, so that nobody can make it shorter under
// our feet. Its pages are taken before they are written to, so that a machine without room gives an error and no fault: the
// head at once, each ring when a thread first takes it. The agent, and only who may debug this process, opens it through
// /proc/PID/fd.
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

    static bool s_isWhole;

    /// <summary>The sizes of it.</summary>
    public static RegionLayout Layout => RegionLayout.Usual;

    /// <summary>A mapped region with its head written; null when the system has no room for it or does not know such files.</summary>
    public static byte* Make()
    {
        int file = memfd_create(HookRegionName.Value, CloseOnExec | AllowSealing);
        if (file < 0)
            return null;
        byte* region = ftruncate(file, (nint)Layout.Bytes) == 0 ? (byte*)mmap(0, (nint)Layout.Bytes, ReadWrite, Shared, file, 0) : (byte*)-1;
        // A kernel that cannot take single pages takes them all.
        s_isWhole = (nint)region != -1 && !SharedPages.Take(region, Layout.RingOffset(0)) && posix_fallocate(file, 0, (nint)Layout.Bytes) == 0;
        if ((nint)region == -1 || !HasRoom(region, Layout.RingOffset(0)) || fcntl(file, AddSeals, SealShrink | SealGrow | SealSeal) != 0)
        {
            _ = close(file);
            return null;
        }
        var header = (RegionHeader*)region;
        header->Version = RegionHeader.CurrentVersion;
        header->Rings = (uint)Layout.Rings;
        header->Slots = (uint)Layout.Slots;
        header->TextBytes = (uint)Layout.TextBytes;
        header->TicksPerSecond = Stopwatch.Frequency;
        header->State = (int)HookState.Idle;
        Volatile.Write(ref header->Magic, RegionHeader.ExpectedMagic);
        return region;
    }

    /// <summary>Takes the pages of a part of the region; false when the system has no room for them.</summary>
    public static bool HasRoom(byte* start, long bytes) => s_isWhole || SharedPages.Take(start, bytes);

    /// <summary>The operating system's id of the calling thread.</summary>
    [LibraryImport("libc")]
    internal static partial int gettid();

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [LibraryImport("libc")]
    private static partial int ftruncate(int file, nint length);

    [LibraryImport("libc")]
    private static partial int posix_fallocate(int file, nint offset, nint length);

    [LibraryImport("libc")]
    private static partial nint mmap(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc")]
    private static partial int fcntl(int file, int command, int argument);

    [LibraryImport("libc")]
    private static partial int close(int file);
}
