// What native libraries below us allocate, compression above all: glibc gives each thread an arena of its own, and each keeps the
// most that was ever used in it: some 50 MB after five minutes of recording, for what needs a few at a time. Two are enough.
using System.Runtime.InteropServices;
using Scope.Events;

namespace Scope.Agent;

/// <summary>The C library's heap of our own process.</summary>
static partial class NativeHeap
{
    const int HowManyArenas = -8; // M_ARENA_MAX of malloc.h.

    /// <summary>Has few arenas from now on. Once, before there are threads that have one.</summary>
    public static void Bound()
    {
        if (!OperatingSystem.IsLinux()) return;
        try
        {
            _ = mallopt(HowManyArenas, Limits.NativeArenas);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, which has other ways.
        }
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
