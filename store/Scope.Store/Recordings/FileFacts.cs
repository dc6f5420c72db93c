// What stands at a path, before anything is written there: in a folder that others may write, somebody may have put a link to
// another file of ours, a pipe that nobody reads, or a folder of his own under the name that we would take.
using System.Runtime.InteropServices;

namespace Scope.Store.Recordings;

/// <summary>What stands at a path.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="UserId">Whose it is.</param>
/// <param name="Mode">Who may do what with it.</param>
/// <param name="Links">How many names it has.</param>
public readonly partial record struct FileFacts(FileFacts.Sort Kind, uint UserId, UnixFileMode Mode, uint Links)
{
    const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    const UnixFileMode OthersWrite = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>The sorts of what can stand there.</summary>
    public enum Sort
    {
        /// <summary>A device, a pipe or a socket.</summary>
        Special,
        /// <summary>A file.</summary>
        File,
        /// <summary>A folder.</summary>
        Folder,
        /// <summary>A symbolic link.</summary>
        Link,
    }

    /// <summary>Whether it is a file of ours, under one name.</summary>
    public bool IsOurFile => Kind == Sort.File && UserId == OwnUserId() && Links == 1;

    /// <summary>Whether it is a file of ours that nobody else may read.</summary>
    public bool IsOurSecret => IsOurFile && (Mode & Others) == 0;

    /// <summary>Looks; null where nothing stands, or on a system without such rights.</summary>
    /// <param name="path">The path.</param>
    /// <param name="follow">Whether it is about what a link points to.</param>
    public static unsafe FileFacts? Of(string path, bool follow = false)
    {
        const int workingFolder = -100, notThrough = 0x100;
        const uint basic = 0x7ff;
        if (!OperatingSystem.IsLinux()) return null;
        var told = stackalloc byte[256];
        if (StatX(workingFolder, path, follow ? 0 : notThrough, basic, told) != 0) return null;
        var mode = *(ushort*)(told + 28);
        return new((mode & 0xF000) switch { 0x8000 => Sort.File, 0x4000 => Sort.Folder, 0xA000 => Sort.Link, _ => Sort.Special }, *(uint*)(told + 20), (UnixFileMode)(mode & 0xFFF), *(uint*)(told + 16));
    }

    /// <summary>Why a folder that is there is not fit to keep things in over time; null when it is.</summary>
    public static string? FaultOfFolder(string path) => Of(path, follow: true) switch
    {
        null => null,
        { Kind: not Sort.Folder } => $"{path} is no folder.",
        { UserId: var user } when user != OwnUserId() => $"{path} belongs to another user (id {user}), who could put anything in the place of what is written there.",
        { Mode: var mode } when (mode & OthersWrite) != 0 => $"{path} may be written by others, who could put anything in the place of what is written there: chmod 700 {path}.",
        _ => null,
    };

    /// <summary>Why no recording is to be made in a folder; null when it may. Where all may write, each must at least keep what is his, as in /tmp.</summary>
    public static string? FaultOfPlace(string path) =>
        Of(path, follow: true) is { Kind: Sort.Folder, Mode: var mode } && (mode & UnixFileMode.OtherWrite) != 0 && (mode & UnixFileMode.StickyBit) == 0
            ? $"{path} may be written by everybody, who could put anything in the place of what is written there: write elsewhere, or chmod o-w {path}." : null;

    /// <summary>Makes a folder for its owner only; false when anything of that name is there already.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    internal static bool TryMakeFolder(string path)
    {
        const uint ownerOnly = 0x1C0;
        const int exists = 17;
        if (OperatingSystem.IsWindows())
        {
            if (Path.Exists(path)) return false;
            Directory.CreateDirectory(path);
            return true;
        }
        if (MakeFolder(path, ownerOnly) == 0) return true;
        var error = Marshal.GetLastPInvokeError();
        return error == exists ? false : throw new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatX(int folder, string path, int flags, uint mask, byte* told);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint OwnUserId();

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakeFolder(string path, uint mode);
}
