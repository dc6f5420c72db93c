// A disk that takes what is written and then does not keep it: a file system in a sparse file on a small disk. While the small
// disk is full, writes go into the page cache as ever and the sync fails. Only root can have one, and only with loop devices.
using System.ComponentModel;
using System.Diagnostics;
using Scope.Testing;

namespace Scope.Store.Tests;

sealed class LyingDisk : IDisposable
{
    readonly SmallDisk _below = new(kilobytes: 16 << 10);
    readonly TemporaryFolder _folder = new("lying");

    /// <summary>Mounts one; the test is inconclusive where that is not possible.</summary>
    public LyingDisk()
    {
        using (var image = File.Create(_below["image"])) image.SetLength(64 << 20);
        // Without a journal: with one, the file system would go read-only at the first failure.
        if (Run("mkfs.ext4", "-q", "-O", "^has_journal", "-E", "lazy_itable_init=0,nodiscard", _below["image"]) && Run("mount", "-o", "loop,errors=continue", _below["image"], _folder.Path)) return;
        _folder.Dispose();
        _below.Dispose();
        Assert.Inconclusive("there are no loop devices, or no mkfs.ext4");
    }

    /// <summary>The path of a file or folder on it.</summary>
    public string this[string name] => _folder[name];

    /// <summary>From now on nothing more is kept.</summary>
    public void Fill()
    {
        using var all = new FileStream(_below["all"], FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true) all.Write(new byte[4096]);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Keeps again.</summary>
    public void Free() => File.Delete(_below["all"]);

    public void Dispose()
    {
        Free();
        Run("umount", "-l", _folder.Path);
        _folder.Dispose();
        _below.Dispose();
    }

    static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // It is not installed.
        }
    }
}
