// Files that hold what a target said are for their owner only.
namespace Scope.Agent;

static class PrivateFile
{
    /// <summary>Writes a text, beside it first and then in its place, so that nobody ever reads half of it.</summary>
    public static void Replace(string path, string text)
    {
        using (var file = Create(path + ".new", FileMode.Create)) file.Write(System.Text.Encoding.UTF8.GetBytes(text));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Opens a new file for writing that only its owner may read, where the platform has such rights.</summary>
    public static FileStream Create(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }
}
