// The pages behind a region. They are taken ring by ring as threads come, and given back when nobody writes any more, by the
// agent that lets the target go, or by the collector that finds itself alone.
using System.Runtime.InteropServices;

namespace Scope.Hooks.Wire;

/// <summary>Takes and gives back memory of a mapped region.</summary>
public static unsafe partial class SharedPages
{
    const int Remove = 9, PopulateForWriting = 23;

    static readonly nint PageMask = Environment.SystemPageSize - 1;

    /// <summary>Takes the pages of a part of it; false when the system has no room for them, or cannot take them one by one.</summary>
    public static bool Take(byte* start, long bytes)
    {
        byte* first = (byte*)((nint)start & ~PageMask);
        return madvise(first, (nint)(start + bytes - first), PopulateForWriting) == 0;
    }

    /// <summary>Gives back the records of all rings, which read as zeros from then on; their heads, which say who owns them, stay.</summary>
    public static void GiveBack(byte* region, RegionLayout layout)
    {
        for (int i = 0; i < layout.Rings; i++)
        {
            byte* first = (byte*)((nint)(region + layout.RingOffset(i) + RingHeader.Bytes) + PageMask & ~PageMask);
            byte* end = (byte*)((nint)(region + layout.RingOffset(i) + layout.RingBytes) & ~PageMask);
            if (first < end)
                _ = madvise(first, (nint)(end - first), Remove);
        }
    }

    [LibraryImport("libc")]
    private static partial int madvise(byte* address, nint length, int advice);
}
