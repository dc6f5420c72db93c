// A file survives a failure of power only when its name does too, and names are kept by their folder: it has to be synced
// like a file, which no class of .NET does.
using System.Runtime.InteropServices;

namespace Scope.Store.Segments;

/// <summary>Makes the disk keep the names in a folder.</summary>
static partial class FolderSync
{
    /// <summary>Tries it; where a file system cannot, its files' own syncs have to do.</summary>
    public static void Try(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, 0); // Read only: a folder cannot be opened otherwise.
        if (descriptor < 0) return;
        _ = Sync(descriptor);
        _ = Close(descriptor);
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync")]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
