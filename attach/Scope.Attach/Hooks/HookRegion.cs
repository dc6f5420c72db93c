// The shared memory of a target as the agent has it: the target's anonymous file, found in /proc by its name, opened, locked
// against a second agent for as long as we have it, and mapped. The lock is the kernel's: it goes when we do.
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Scope.Attach.Port;
using Scope.Hooks.Wire;

namespace Scope.Attach.Hooks;

/// <summary>A mapped region.</summary>
public sealed unsafe partial class HookRegion : IDisposable
{
    const int GetSeals = 1034, NoShrinking = 2;
    const int ReadWrite = 2, CloseOnExec = 0x80000;

    readonly SafeFileHandle _lock;
    readonly MemoryMappedFile _file;
    readonly MemoryMappedViewAccessor _view;

    HookRegion(SafeFileHandle file, MemoryMappedFile mapped, MemoryMappedViewAccessor view, RegionReader reader, byte* start)
    {
        (_lock, _file, _view, Reader) = (file, mapped, view, reader);
        Names = new(start, reader.Layout);
        Start = start;
    }

    /// <summary>Its rings.</summary>
    public RegionReader Reader { get; }

    /// <summary>The names in its records.</summary>
    public NameReader Names { get; }

    /// <summary>Where it is mapped, for what stands in its first page.</summary>
    public byte* Start { get; }

    /// <summary>Gives the memory of all rings back to the system: to be called when nobody writes any more and all is read.</summary>
    public void GiveBackMemory() => SharedPages.GiveBack(Start, Reader.Layout);

    /// <summary>How many bytes are mapped.</summary>
    public long Bytes => (long)_view.SafeMemoryMappedViewHandle.ByteLength;

    /// <summary>Opens the region that stands under a name in a process; null when there is none.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="name">The name.</param>
    /// <param name="isShared">Whether another agent may have it too; else we are the only one for as long as we have it.</param>
    public static Attempt<HookRegion>? Find(int pid, string name, bool isShared = false) => PathOf(pid, name) is { } path ? Open(pid, path, isShared) : default(Attempt<HookRegion>?);

    static string? PathOf(int pid, string name)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{pid}/fd").FirstOrDefault(file => IsRegion(file, name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static bool IsRegion(string file, string name)
    {
        try
        {
            return File.ResolveLinkTarget(file, false)?.FullName.Contains("memfd:" + name, StringComparison.Ordinal) == true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // Closed meanwhile, as a service does with its connections.
        }
    }

    static Attempt<HookRegion> Open(int pid, string path, bool isShared)
    {
        SafeFileHandle file;
        try
        {
            file = isShared ? OpenUnlocked(path, ReadWrite | CloseOnExec) : File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            if (file.IsInvalid) return new AttachFailure(AttachReason.OtherUser, pid, "its shared memory may not be opened");
        }
        catch (IOException)
        {
            return new AttachFailure(AttachReason.Refused, pid, "another agent reads what is told from inside it");
        }
        catch (UnauthorizedAccessException e)
        {
            return new AttachFailure(AttachReason.OtherUser, pid, $"its shared memory may not be opened: {e.Message}");
        }
        var attempt = Map(pid, file);
        if (!attempt.Succeeded) file.Dispose();
        return attempt;
    }

    static Attempt<HookRegion> Map(int pid, SafeFileHandle file)
    {
        var bytes = RandomAccess.GetLength(file);
        // What can be made shorter while we read it would end us.
        if ((Control(file, GetSeals, 0) & NoShrinking) == 0) return Damaged(pid, "nothing keeps it from being cut short");
        if (bytes is <= 0 or > HookLimits.MaxRegionBytes) return Damaged(pid, $"it is {bytes} bytes long");
        var mapped = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        var view = mapped.CreateViewAccessor(0, bytes);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        if (RegionReader.Open(start, bytes, out var why) is { } reader) return new HookRegion(file, mapped, view, reader, start);
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        mapped.Dispose();
        return Damaged(pid, why);
    }

    static AttachFailure Damaged(int pid, string what) => new(AttachReason.BadReply, pid, $"the memory that it shares with us is not to be read: {what}");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_lock.IsClosed) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
        _lock.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeFileHandle file, int command, int argument);

    // The runtime's own way of opening a file takes a lock whatever one asks for.
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenUnlocked(string path, int flags);
}
