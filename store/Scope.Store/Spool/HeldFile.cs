// A file that says by being held that somebody is at work. The system takes the hold back when he dies, whatever killed him.
namespace Scope.Store.Spool;

/// <summary>Holds files.</summary>
public static class HeldFile
{
    /// <summary>Holds a file until it is let go.</summary>
    /// <exception cref="IOException">The disk refused, or somebody holds it.</exception>
    public static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None }; // No sharing means a lock of the kernel's, which ends with the process.
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new(path, options);
    }

    /// <summary>Whether it is because somebody holds it that a file could not be had.</summary>
    public static bool IsHold(IOException e) => e.HResult is 11 or 35 or unchecked((int)0x80070020); // "Would block" of Linux and of macOS, the sharing violation of Windows; a full disk is another.

    /// <summary>Whether somebody who lives holds a file.</summary>
    public static bool IsHeld(string path)
    {
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

    /// <summary>Lets go of a file, and takes it away.</summary>
    public static void LetGo(FileStream held)
    {
        try
        {
            File.Delete(held.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is left there is held by nobody.
        }
        held.Dispose();
    }
}
