// What of a file the kernel has taken and not yet given to the disk: the only way to see that a sync was done, from outside
// of who did it. By cachestat(2), Linux 6.5.
using System.Runtime.InteropServices;

namespace Scope.Store.Tests.Recordings;

static partial class PageCache
{
    const int CacheStat = 451; // The same on all architectures.

    [StructLayout(LayoutKind.Sequential)]
    struct Part
    {
        public ulong Offset, Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    struct Pages
    {
        public ulong Cached, Dirty, Writeback, Evicted, RecentlyEvicted;
    }

    /// <summary>Whether the system tells it of files in a folder: what was just written waits, unless the kernel happens to be quick.</summary>
    public static bool IsTold(string folder)
    {
        for (var i = 0; i < 20; i++)
        {
            var probe = Path.Combine(folder, $"probe{i}");
            File.WriteAllBytes(probe, new byte[1 << 20]);
            if (UnwrittenPages(probe) > 0) return true;
        }
        return false;
    }

    /// <summary>How many pages of a file wait for the disk; 0 also where the system does not tell.</summary>
    public static long UnwrittenPages(string path)
    {
        using var file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        var all = new Part();
        return Call(CacheStat, (uint)file.DangerousGetHandle(), in all, out var pages, 0) == 0 ? (long)(pages.Dirty + pages.Writeback) : 0;
    }

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial long Call(long number, uint descriptor, in Part part, out Pages pages, uint flags);
}
