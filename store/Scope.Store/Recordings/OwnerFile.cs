// Files that hold what a target said are for their owner only; and one that is replaced is at any moment the old one or
// the new one, whole, also when the power fails in between.
using Scope.Store.Segments;

namespace Scope.Store.Recordings;

/// <summary>Makes files that only their owner may read, where the platform has such rights.</summary>
static class OwnerFile
{
    /// <summary>What is added to a file's name while it is being written.</summary>
    public const string Unfinished = ".new";

    /// <summary>A new file, over one of the same name.</summary>
    public static FileStream Create(string path) => Open(path, FileMode.Create);

    /// <summary>A file to write to.</summary>
    public static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }

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
