// Who writes a recording in the spool holds a lock on a file in it, which the system takes back when the writer dies,
// whatever killed it: so after a restart it is known what is still written and what was broken off.
namespace Scope.Store.Spool;

/// <summary>A recording in the spool while it is written. Dispose it when its writer has ended.</summary>
public sealed class SpoolWriting : IDisposable
{
    /// <summary>The file that is held; it is no part of the recording.</summary>
    internal const string FileName = "writing";

    readonly FileStream _held;

    SpoolWriting(string folder, FileStream held) => (Folder, _held) = (folder, held);

    /// <summary>The recording's folder.</summary>
    public string Folder { get; }

    /// <summary>Begins to write in a folder.</summary>
    /// <exception cref="IOException">The disk refused, or somebody writes there.</exception>
    internal static SpoolWriting Begin(string folder) => new(folder, Open(Path.Combine(folder, FileName), FileMode.CreateNew));

    /// <summary>Whether somebody who lives writes in a folder.</summary>
    internal static bool IsHeld(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return false;
        try
        {
            Open(path, FileMode.Open).Dispose();
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>Takes away what a dead writer left.</summary>
    internal static void Forget(string folder) => File.Delete(Path.Combine(folder, FileName));

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            File.Delete(_held.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left there is held by nobody.
        }
        _held.Dispose();
    }

    // No sharing means a lock of the kernel's, which ends with the process.
    static FileStream Open(string path, FileMode mode) => new(path, mode, FileAccess.ReadWrite, FileShare.None);
}
