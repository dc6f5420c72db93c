// A file system of a few hundred kilobytes, which fills up and can be made read-only. Only root can have one.
using System.Diagnostics;
using Scope.Testing;

namespace Scope.Store.Tests;

sealed class SmallDisk : IDisposable
{
    readonly TemporaryFolder _folder = new("disk");

    /// <summary>Mounts one; the test is inconclusive where that is not allowed.</summary>
    public SmallDisk(int kilobytes)
    {
        if (Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", _folder.Path)) return;
        _folder.Dispose();
        Assert.Inconclusive("only root can mount a small disk");
    }

    /// <summary>The path of a file or folder on it.</summary>
    public string this[string name] => _folder[name];

    /// <summary>Makes it refuse every write, or take them again.</summary>
    public void SetReadOnly(bool readOnly) => Run("mount", "-o", readOnly ? "remount,ro" : "remount,rw", _folder.Path).ShouldBeTrue();

    /// <summary>Gives it another size; what is on it stays.</summary>
    public void Resize(int kilobytes) => Run("mount", "-o", $"remount,size={kilobytes}k", _folder.Path).ShouldBeTrue();

    public void Dispose()
    {
        Run("umount", "-l", _folder.Path);
        _folder.Dispose();
    }

    static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
