// Makes the disk keep a file, and says when it does not: FileStream.Flush(flushToDisk: true) calls fsync too, but keeps a
// failure to itself (a full disk below a file system's cache was taken for kept). A file also survives a failure of power
// only when its name does, and names are kept by their folder, which no class of .NET syncs.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Scope.Store.Segments;

/// <summary>Makes the disk keep files and the names in a folder.</summary>
static partial class DiskSync
{
    const int Interrupted = 4, NotPossible = 22, ReadOnly = 30, NotSupported = 95; // errno on Linux.

    /// <summary>Makes the disk keep what was written to a file.</summary>
    /// <exception cref="IOException">It does not.</exception>
    public static void Keep(FileStream file)
    {
        file.Flush();
        if (OperatingSystem.IsWindows())
        {
            file.Flush(flushToDisk: true);
            return;
        }
        while (Sync(file.SafeFileHandle) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error is NotPossible or ReadOnly or NotSupported) return; // A file that no disk is behind.
            if (error != Interrupted) throw new IOException($"{Marshal.GetPInvokeErrorMessage(error)} : '{file.Name}'");
        }
    }

    /// <summary>Makes the disk keep the names in a folder, where a file system can; elsewhere the files' own syncs have to do.</summary>
    public static void TryKeepNames(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, 0); // Read only: a folder cannot be opened otherwise.
        if (descriptor < 0) return;
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
