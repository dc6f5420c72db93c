// How a process that is not our child ended. Waiting for it is its parent's right; but a pidfd that was opened while it lived
// tells its wait status afterwards (Linux 6.15 and later), once its parent has reaped it. On older kernels nobody tells us.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Scope.Attach.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Code">Its exit code; 0 when a signal ended it.</param>
/// <param name="Signal">The signal that ended it; 0 when it left by itself.</param>
public readonly record struct ProcessExit(int Code, int Signal);

/// <summary>Watches one process for its end.</summary>
public sealed class ExitWatch : IDisposable
{
    const long PidfdOpen = 434; // The same number on every architecture.
    const nuint GetInfo = 0xC040FF0B; // _IOWR(0xFF, 11, 64 bytes)
    const ulong ExitWanted = 1 << 3;

    readonly SafeFileHandle? _process;

    ExitWatch(SafeFileHandle? process) => _process = process;

    /// <summary>Begins to watch; where the kernel knows no pidfd, how it ends will not be known.</summary>
    public static ExitWatch Of(int pid)
    {
        if (!OperatingSystem.IsLinux()) return new(null);
        var descriptor = Syscall(PidfdOpen, pid, 0);
        return new(descriptor < 0 ? null : new((nint)descriptor, ownsHandle: true));
    }

    /// <summary>How it ended, waiting for its parent to have reaped it; null when nobody can tell.</summary>
    public ProcessExit? WaitForExit(int mostMillis)
    {
        ProcessExit exit = default;
        return _process is not null && SpinWait.SpinUntil(() => TryRead(out exit), mostMillis) ? exit : null;
    }

    bool TryRead(out ProcessExit exit)
    {
        exit = default;
        var info = new PidfdInfo { Mask = ExitWanted };
        if (_process is null || Ioctl(_process.DangerousGetHandle().ToInt32(), GetInfo, ref info) != 0 || (info.Mask & ExitWanted) == 0) return false;
        var signal = info.WaitStatus & 0x7f;
        exit = new(signal == 0 ? info.WaitStatus >> 8 & 0xff : 0, signal);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _process?.Dispose();

    /// <summary>The kernel's struct pidfd_info in its first version.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    struct PidfdInfo
    {
        [FieldOffset(0)] public ulong Mask;
        [FieldOffset(60)] public int WaitStatus;
    }

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    static extern long Syscall(long number, long pid, long flags);

    [DllImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    static extern int Ioctl(int descriptor, nuint request, ref PidfdInfo info);
}
