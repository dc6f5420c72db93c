// Files that hold what a target said are for their owner only; and one that is replaced is at any moment the old one or
// the new one, whole, also when the power fails in between. Nothing is ever written through what stands at the path already,
// which others may have put there where they can write too.
using Scope.Store.Segments;

namespace Scope.Store.Recordings;

/// <summary>Makes files that only their owner may read, where the platform has such rights.</summary>
public static class OwnerFile
{
    /// <summary>What is added to a file's name while it is being written.</summary>
    public const string Unfinished = ".new";

    /// <summary>A new file. A file or link of the same name is taken away before, not written through; anything else is refused.</summary>
    /// <exception cref="IOException">The disk refused, or something else stands there.</exception>
    public static FileStream Create(string path)
    {
        if (FileFacts.Of(path) is { Kind: FileFacts.Sort.Special or FileFacts.Sort.Folder }) throw new IOException($"{path} is a device, a pipe or a folder, and no file can be written there");
        File.Delete(path);
        return Open(path, FileMode.CreateNew);
    }

    /// <summary>A file to add to, made when it is missing; refused when it is not ours alone.</summary>
    /// <exception cref="IOException">The disk refused, or something else stands there.</exception>
    public static FileStream Append(string path) => FileFacts.Of(path) is { IsOurFile: false }
        ? throw new IOException($"{path} is no file of ours alone: it belongs to another user, is a link or has another name too, or is a pipe or device; take it away")
        : Open(path, FileMode.Append);

    /// <summary>A new file where there is none.</summary>
    /// <exception cref="IOException">The disk refused, or something stands there.</exception>
    public static FileStream CreateNew(string path) => Open(path, FileMode.CreateNew);

    /// <summary>Writes a file under another name, makes the disk keep it, and puts it in its place. When the writing throws, the file is as it was.</summary>
    public static void Replace(string path, Action<Stream> write)
    {
        var unfinished = path + Unfinished;
        try
        {
            using (var file = Create(unfinished))
            {
                write(file);
                DiskSync.Keep(file);
            }
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            // A full disk needs the room, and half a file is of no use to anybody.
            TryDelete(unfinished);
            throw;
        }
    }

    static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }

    static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What made the writing fail is worth telling; the next attempt writes over this.
        }
    }
}
