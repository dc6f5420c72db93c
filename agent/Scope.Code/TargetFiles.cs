// Opens files of the target's disk. They are not ours and may be anything: what is too big, no regular file or not there
// is refused with a sentence, and a container's files are looked for in the container first.
namespace Scope.Code;

/// <summary>A file's bytes, or why there are none.</summary>
public readonly record struct FileContent(byte[]? Bytes, string Problem)
{
    /// <summary>Whether the file was read.</summary>
    public bool IsRead => Bytes is not null;
}

/// <summary>Reads files as a target sees them.</summary>
/// <param name="rootOf">Where a target's file system is seen from here ("" for ours); /proc/PID/root when null.</param>
public sealed class TargetFiles(Func<int, string>? rootOf = null)
{
    readonly Func<int, string> _rootOf = rootOf ?? (pid => pid > 0 && OperatingSystem.IsLinux() ? $"/proc/{pid}/root" : "");

    /// <summary>The path under which we see a file of the target, or null when there is none.</summary>
    public string? Find(int pid, string path)
    {
        if (path.Length == 0 || !Path.IsPathRooted(path)) return null;
        var root = _rootOf(pid);
        if (root.Length > 0 && File.Exists(root + path)) return root + path;
        return File.Exists(path) ? path : null;
    }

    /// <summary>The files in a folder of the target's with this ending, a few at most.</summary>
    public IReadOnlyList<string> InFolder(int pid, string folder, string ending, int limit)
    {
        if (folder.Length == 0 || !Path.IsPathRooted(folder)) return [];
        try
        {
            var root = _rootOf(pid);
            var seen = root.Length > 0 && Directory.Exists(root + folder) ? root + folder : folder;
            return Directory.Exists(seen) ? [.. Directory.EnumerateFiles(seen, "*" + ending).Take(limit)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>Reads a whole file of at most so many bytes.</summary>
    public static FileContent Read(string path, long maxBytes)
    {
        try
        {
            // A pipe or a device has no length; opening one could wait for ever.
            var length = new FileInfo(path).Length;
            if (length <= 0) return new(null, $"{path} is empty or no regular file");
            if (length > maxBytes) return new(null, $"{path} has {length} bytes; at most {maxBytes} are read");
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            var bytes = new byte[length];
            var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return read == bytes.Length ? new(bytes, "") : new(null, $"{path} was cut to {read} bytes while it was read");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return new(null, $"{path} cannot be read: {e.Message}");
        }
    }
}
